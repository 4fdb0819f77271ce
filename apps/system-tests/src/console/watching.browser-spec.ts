import { randomUUID } from 'node:crypto';
import { describeConsole } from '../support/console';
import { allow } from '../support/policies';

jest.setTimeout(60_000);

describeConsole('watching a cluster in the console', (console) => {
  it('finds an event, shows it in full, and verifies the trail', async () => {
    const secret = await console.system.secret('a value', 'console-watched');
    await console.system.admin.secrets.getSecretValue({ secretId: secret });
    const { page } = await open('/trail');
    await page.getByRole('textbox', { name: 'Resource' }).fill(secret);
    await page.getByRole('textbox', { name: 'Event', exact: true }).fill('GetSecretValue');
    // They hold a moment after the last key.
    await page.waitForURL(({ searchParams }) => searchParams.get('resource') === secret && searchParams.has('event'));
    await page.getByRole('link', { name: 'GetSecretValue' }).first().click();
    await page.getByRole('heading', { name: 'GetSecretValue', level: 1 }).waitFor();
    await page.getByRole('link', { name: secret }).first().waitFor();
    await page.getByText('"eventName": "GetSecretValue"').first().waitFor();
    // The conditions stand in the address, so that going back finds them.
    await page.goBack();
    await page.getByRole('textbox', { name: 'Resource' }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Resource' }).inputValue()).toBe(secret);
    await page.getByRole('tab', { name: 'Verify' }).click();
    await page.getByRole('button', { name: 'Verify the whole trail' }).click();
    await page.getByText('The trail is intact').waitFor();
  });

  it('shows events as they come, until somebody pauses', async () => {
    const { page } = await open('/trail?tab=live');
    const first = await console.system.secret('a value', 'console-live');
    await page.getByRole('link', { name: first }).first().waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Paused').waitFor();
    const second = await console.system.secret('a value', 'console-paused');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('link', { name: second }).first().waitFor();
    expect(await page.getByRole('link', { name: first }).count()).toBeGreaterThan(0);
  });

  it('makes a webhook whose secret it shows once, and a rule that was tried and tells it', async () => {
    const name = `console-${randomUUID()}`;
    const { page } = await open('/notifications?tab=webhooks');
    await page.getByRole('button', { name: 'Create a webhook' }).first().click();
    const form = page.getByRole('dialog');
    await form.getByRole('textbox', { name: 'Name' }).fill(name);
    await form.getByRole('textbox', { name: 'Address' }).fill('https://hooks.example.com/strongroom');
    await form.getByRole('button', { name: 'Create a webhook' }).click();
    await page.getByText(/^whsec_/).waitFor();
    await page.getByRole('button', { name: 'I have stored it' }).click();
    await page.getByText(/^whsec_/).waitFor({ state: 'detached' });

    await console.system.secret('a value', 'console-ruled');
    await page.goto(new URL('/notifications/new-rule', page.url()).href);
    await page.getByRole('textbox', { name: 'Name' }).fill(name);
    const pattern = page.locator('[data-code-editor] [contenteditable="true"]');
    const write = async (text: string) => {
      await pattern.click();
      await page.keyboard.press('Control+a');
      await page.keyboard.insertText(text);
    };
    await write('{"detail": {"eventName": ["CreateSecret"]}}');
    await page.getByRole('button', { name: 'Try the pattern' }).click();
    await page.getByText(/of the last \d+ events match\.$/).waitFor();
    await write('{"detail": {"eventName": "CreateSecret"}}');
    await page.getByRole('button', { name: 'Create the rule' }).click();
    await page.getByText('must be an object or an array').first().waitFor();
    await write('{"detail": {"eventName": ["CreateSecret"]}}');
    await page.getByRole('button', { name: 'Create the rule' }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    await page.getByLabel('Webhook or topic').first().click();
    await page.getByRole('option', { name }).click();
    await page.getByRole('button', { name: 'Add a target' }).click();
    await page.getByRole('button', { name: `Remove ${name}` }).waitFor();
    const { targets } = await console.system.admin.rules.listTargetsByRule({ rule: name });
    expect(targets.map(({ arn }) => arn.split('/').at(-1))).toEqual([name]);
  });

  it('tells at home of what is about to be lost, with a way to it', async () => {
    const secret = await console.system.secret('a value', 'console-doomed');
    await console.system.admin.secrets.deleteSecret({ secretId: secret, recoveryWindowInDays: 7n });
    const { page } = await open('/');
    await page.getByRole('heading', { name: 'Secrets about to be deleted for good' }).waitFor();
    await page.getByText('Audit trail').first().waitFor();
  });

  it('shows figures as a plot and as a table, and a statement that can be saved', async () => {
    const { page } = await open('/usage');
    await page.getByText('Table', { exact: true }).click();
    await page.getByRole('table', { name: 'Figures' }).waitFor();
    await page.getByRole('tab', { name: 'Statement' }).click();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save as FOCUS 1.2' }).click();
    expect((await saved).suggestedFilename()).toMatch(/^strongroom-\d{12}-\d{4}-\d\d-focus\.csv$/);
  });

  it('says in place what somebody may not see, and by which right they would', async () => {
    const reader = await console.system.user('console-blind', allow('iam:ListUsers'));
    const { page } = await console.signIn({ by: reader.api });
    const refusals = [
      ['/', 'secretsmanager:ListSecrets'],
      ['/trail', 'cloudtrail:LookupEvents'],
      ['/notifications', 'events:ListRules'],
      ['/usage', 'ce:GetCostAndUsage'],
    ] as const;
    for (const [path, action] of refusals) {
      await page.goto(new URL(path, page.url()).href);
      await page.getByText(action).first().waitFor();
    }
  });

  const open = async (path: string) => {
    const visit = await console.signIn();
    await visit.open(path);
    return visit;
  };
});
