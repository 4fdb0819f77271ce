import { describeConsole } from '../support/console';
import { allow } from '../support/policies';
import { unique } from '../support/system';

jest.setTimeout(60_000);

describeConsole('access', (console) => {
  it('makes a policy whose faults it shows in place, gives it to a user, and says why the user may', async () => {
    const [name, user] = [unique('console-policy'), await console.system.user('console-allowed')];
    const secret = await console.system.secret('a value', 'prod/console');
    const visit = await console.signIn();
    const { page } = visit;
    await visit.open('/access/new-policy');
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(name);
    await page.getByRole('button', { name: 'Read secrets' }).click();
    await page.getByText('Nothing is wrong or unwise.').waitFor();
    const text = page.locator('.cm-content');
    await text.getByText('"Allow"').click();
    await page.keyboard.press('End');
    await page.keyboard.type(' "Effect": "Deny",');
    await page.getByText('Statement[0].Effect must not occur twice in its object.').waitFor();
    expect(await page.getByRole('button', { name: 'Create the policy' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Read secrets' }).click();
    await page.getByRole('button', { name: 'Create the policy' }).click();
    await page.waitForURL(({ pathname }) => pathname.startsWith('/access/policies/'));

    await visit.open(`/access/users/${user.name}`);
    await page.getByRole('button', { name: 'Attach a policy' }).click();
    await page.getByRole('combobox', { name: 'Policy' }).fill(name);
    await page.getByRole('option', { name }).click();
    await page.getByRole('button', { name: 'Attach the policy' }).click();
    await page.getByRole('link', { name }).waitFor();

    const ask = async (action: string) => {
      const what = encodeURIComponent(JSON.stringify(secret));
      await visit.open(`/access?tab=ask&who=user/${user.name}&action=${action}&what=${what}`);
    };
    await ask('secretsmanager:GetSecretValue');
    await page.getByRole('heading', { name: 'Allowed' }).waitFor();
    await page.getByRole('link', { name }).waitFor();
    await ask('secretsmanager:DeleteSecret');
    await page.getByText('Nothing allows it').waitFor();
  });

  it('shows a new access key once, and deletes a user with all that hangs on it', async () => {
    const user = await console.system.user('console-leaving', allow('iam:GetUser'));
    const { identity } = console.system.admin;
    await identity.createLoginProfile({ userName: user.name, password: 'Correct-horse1' });
    const visit = await console.signIn();
    const { page } = visit;
    await visit.open(`/access/users/${user.name}?tab=credentials`);
    await page.getByRole('button', { name: 'Create an access key' }).click();
    await page.getByRole('button', { name: 'Show it' }).click();
    const shown = await page.getByRole('dialog').textContent();
    const [, secret] = /Secret access key([A-Za-z0-9+/]{40})/.exec(shown ?? '') ?? [];
    expect(secret).toBeDefined();
    await page.getByRole('button', { name: 'I have copied it' }).click();
    visit.hide(secret!);
    await page.getByRole('button', { name: 'Delete the user' }).click();
    await page.getByText('1 access key: programs that use them stop working').waitFor();
    await page.getByText('its password').waitFor();
    await page.getByRole('textbox', { name: `Type ${user.name} to confirm` }).fill(user.name);
    await page.getByRole('dialog').getByRole('button', { name: 'Delete the user' }).click();
    await page.waitForURL(({ pathname }) => pathname === '/access');
    await expect(identity.getUser({ userName: user.name })).rejects.toMatchObject({ reason: 'NoSuchEntity' });
  });

  it('says by which right a reader may not write', async () => {
    const reader = await console.system.user('console-looking', allow(['iam:List*', 'iam:Get*']));
    const visit = await console.signIn({ by: reader.api });
    const { page } = visit;
    await visit.open('/access');
    await page.getByRole('button', { name: 'Create a user' }).click();
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill(unique('console-never'));
    await page.getByRole('button', { name: 'Create the user' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('iam:CreateUser');
    expect(await visit.accessibilityProblems()).toEqual([]);
  });
});

describeConsole('keys', (console) => {
  it('makes a key, tells what its deletion would break, schedules it, and cancels it', async () => {
    const alias = unique('console-key');
    const { keys, secrets } = console.system.admin;
    const visit = await console.signIn();
    const { page } = visit;
    await visit.open('/new-key');
    await page.getByLabel('Alias', { exact: true }).fill(alias);
    await page.getByRole('button', { name: 'Create the key' }).click();
    await page.getByRole('heading', { name: `alias/${alias}` }).waitFor();
    const name = unique('console-under-key');
    await secrets.createSecret({
      name,
      kmsKeyId: `alias/${alias}`,
      value: { value: { $case: 'secretString', value: 'a value' } },
    });
    await page.getByRole('button', { name: 'Schedule deletion' }).click();
    await page.getByText('1 secret with 1 version would be lost.').waitFor();
    await page.getByRole('textbox', { name: `Type alias/${alias} to confirm` }).fill(`alias/${alias}`);
    await page.getByRole('button', { name: 'Schedule the deletion' }).click();
    await page.getByText('This key will be destroyed').waitFor();
    await expect(secrets.getSecretValue({ secretId: name })).rejects.toMatchObject({ reason: 'DecryptionFailure' });
    await page.getByRole('button', { name: 'Cancel the deletion' }).click();
    await page.getByRole('button', { name: 'Enable', exact: true }).click();
    await page.getByRole('button', { name: 'Disable', exact: true }).waitFor();
    expect((await keys.describeKey({ keyId: `alias/${alias}` })).keyMetadata).toMatchObject({ enabled: true });
    expect(await visit.accessibilityProblems()).toEqual([]);
  });

  it('says by which right somebody may not rotate a key', async () => {
    const { keyMetadata } = await console.system.admin.keys.createKey({});
    const reader = await console.system.user('console-keys', allow(['kms:Describe*', 'kms:List*', 'kms:Get*']));
    const visit = await console.signIn({ by: reader.api });
    await visit.open(`/keys/${keyMetadata!.keyId}?tab=rotation`);
    await visit.page.getByRole('button', { name: 'Rotate now' }).click();
    expect(await visit.page.getByRole('alert').textContent()).toContain('kms:RotateKeyOnDemand');
  });
});
