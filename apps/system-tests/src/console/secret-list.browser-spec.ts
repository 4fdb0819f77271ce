import { describeConsole } from '../support/console';
import { allow, everything } from '../support/policies';
import { unique } from '../support/system';

jest.setTimeout(60_000);

describeConsole('the list of secrets', (console) => {
  it('creates a database whose password the service makes, and shows it in the list', async () => {
    const name = unique('console-db');
    const visit = await console.signIn();
    await visit.open('/new-secret');
    const { page } = visit;
    await page.getByRole('button', { name: 'Create the secret' }).click();
    await page.getByText('The secret needs a name.').waitFor();
    await page.getByLabel('Host', { exact: true }).fill('db.example.org');
    await page.getByLabel('User name', { exact: true }).fill('app');
    await page.getByRole('button', { name: 'Generate', exact: true }).click();
    await page.getByRole('button', { name: 'Generate the password' }).click();
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByRole('button', { name: 'Create the secret' }).click();
    await page.waitForURL(({ pathname }) => pathname === `/secrets/${name}`);
    const { value } = await console.system.admin.secrets.getSecretValue({ secretId: name });
    const stored = JSON.parse(value?.value?.$case === 'secretString' ? value.value.value : '') as { password: string };
    expect(stored).toEqual({
      engine: 'postgres',
      host: 'db.example.org',
      port: 5_432,
      username: 'app',
      password: expect.stringMatching(/^.{32}$/),
    });
    visit.hide(stored.password);
    await visit.open(`/secrets?q=${name}`);
    await page.getByRole('link', { name }).waitFor();
    expect(await visit.accessibilityProblems()).toEqual([]);
  });

  it('finds by what is typed, keeps it in the address, and is walked by the keyboard alone', async () => {
    const name = await console.system.secret('a value', 'console-found');
    const visit = await console.signIn();
    const { page } = visit;
    await visit.open('/');
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.waitForURL(({ pathname }) => pathname === '/secrets');
    await page.getByRole('searchbox').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type(name);
    await page.waitForURL(({ searchParams }) => searchParams.get('q') === name);
    await page.getByRole('row').filter({ hasText: name }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(({ pathname }) => pathname === `/secrets/${name}`);
    await page.goBack();
    await page.waitForURL(({ searchParams }) => searchParams.get('q') === name);
    await page.keyboard.press('Control+k');
    await page.getByRole('dialog').getByRole('textbox').and(page.locator(':focus')).waitFor();
    await page.keyboard.type(name);
    await page.getByRole('dialog').getByText(name, { exact: true }).waitFor();
  });

  it('shows what a file would create, creates what is new, and overwrites nothing', async () => {
    const taken = await console.system.secret('as it was', 'console-import');
    const prefix = taken.slice(0, -1);
    const visit = await console.signIn();
    const { page } = visit;
    await visit.open('/import-secrets');
    await page.getByLabel('Prefix').fill(prefix);
    await page.getByLabel('Text to import').fill(`${taken.at(-1)}=changed\nNEW="open sesame"\nEMPTY=\n`);
    await page.getByRole('button', { name: 'Show what would be created' }).click();
    await page.getByRole('status').filter({ hasText: '1 exists' }).waitFor();
    visit.hide('open sesame');
    await visit.expected();
    expect(await visit.problems()).toEqual([]);
    await page.getByRole('button', { name: 'Create one secret' }).click();
    await page.getByRole('status').filter({ hasText: '1 created' }).waitFor();
    const { admin } = console.system;
    const read = async (secretId: string) => (await admin.secrets.getSecretValue({ secretId })).value?.value?.value;
    expect([await read(taken), await read(`${prefix}NEW`)]).toEqual(['as it was', 'open sesame']);
  });

  it('says by which right somebody may not create a secret', async () => {
    const reader = await console.system.user('console-reader', allow('secretsmanager:ListSecrets'));
    const visit = await console.signIn({ by: reader.api });
    const { page } = visit;
    await visit.open('/new-secret');
    await page.getByRole('radio', { name: 'API key' }).click();
    await page.getByLabel('Key', { exact: true }).fill('a key');
    await page.getByLabel('Name', { exact: true }).fill(unique('console-refused'));
    await page.getByRole('button', { name: 'Create the secret' }).click();
    expect(await page.getByRole('alert').textContent()).toContain('secretsmanager:CreateSecret');
  });
});

describeConsole('the settings', (console) => {
  it('end the other sessions of a person, and not this one', async () => {
    const { api } = await console.system.user('console-sessions', everything);
    const [here, there] = [await console.signIn({ by: api }), await console.signIn({ by: api })];
    await here.open('/settings');
    await here.page.getByRole('button', { name: 'End all others' }).click();
    await here.page.getByText(/other sessions? ha(s|ve) ended/).waitFor();
    await there.page.getByRole('link', { name: 'Keys', exact: true }).click();
    // By what it shows: whoever is sent away in the middle of a navigation ends that one.
    await there.page.getByLabel('User name', { exact: true }).waitFor();
    await here.open('/settings?tab=cluster');
    await here.page.getByRole('row').filter({ hasText: 'secrets-api' }).getByText('Serving').waitFor();
  });
});
