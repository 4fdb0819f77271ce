import type { ConsoleVisit } from '@strongroom/testing/browser';
import { describeConsole } from '../support/console';
import { allow } from '../support/policies';

jest.setTimeout(60_000);

const pageOf = (name: string, tab?: string) => `/secrets/${encodeURIComponent(name)}${tab ? `?tab=${tab}` : ''}`;
const click = (visit: ConsoleVisit, name: string | RegExp) =>
  visit.page
    .getByRole('button', { name, exact: typeof name === 'string' })
    .first()
    .click();

describeConsole('a secret on its page', (console) => {
  const withFields = async (fields: object): Promise<string> => console.system.secret(JSON.stringify(fields), 'console-secret');
  const fieldsOf = async (name: string): Promise<unknown> => {
    const { value } = await console.system.admin.secrets.getSecretValue({ secretId: name });
    return JSON.parse(value?.value?.$case === 'secretString' ? value.value.value : '');
  };

  it('is shown when it is asked for, and goes again', async () => {
    const password = 'canary-of-the-page-of-a-secret';
    const name = await withFields({ user: 'app', password });
    const visit = await console.signIn();
    visit.hide(password);
    await visit.open(pageOf(name));
    await visit.page.getByRole('tab', { name: 'Value' }).click();
    await visit.page.getByText('The value is not on this page').waitFor();
    visit.reveal(password);
    await click(visit, 'Reveal');
    await visit.page.getByText(password).waitFor();
    await visit.page.getByText(/Hides in \d+ s/).waitFor();
    expect(await visit.accessibilityProblems()).toEqual([]);
    await click(visit, 'Hide');
    await visit.page.getByText(password).waitFor({ state: 'detached' });
    visit.hide(password);
  });

  it('is edited by key, and keeps what somebody else has changed meanwhile', async () => {
    const name = await withFields({ user: 'app', password: 'old', port: 1 });
    const { secrets } = console.system.admin;
    const visit = await console.signIn();
    await visit.open(pageOf(name, 'value'));
    await click(visit, 'Edit');
    await visit.page.getByLabel('Value of password', { exact: true }).fill('mine');
    const theirs = JSON.stringify({ user: 'theirs', password: 'old', port: 1 });
    await secrets.putSecretValue({ secretId: name, value: { value: { $case: 'secretString', value: theirs } } });
    await click(visit, 'Review and save');
    const dialog = visit.page.getByRole('dialog');
    await dialog.getByText('password').waitFor();
    await dialog.getByText('changed', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Save', exact: true }).click();
    await dialog.getByText('Somebody else has stored another version meanwhile').waitFor();
    await dialog.getByRole('button', { name: 'Bring my changes into theirs' }).click();
    await visit.page.getByText('Your changes are in their value now').waitFor();
    await click(visit, 'Review and save');
    await visit.page.getByRole('dialog').getByRole('button', { name: 'Save', exact: true }).click();
    await visit.page.getByText('The new version is current.').waitFor();
    expect(await fieldsOf(name)).toEqual({ user: 'theirs', password: 'mine', port: 1 });
    // The version that was refused kept no label.
    const { versionIdsToStages } = await secrets.describeSecret({ secretId: name });
    expect(
      Object.values(versionIdsToStages)
        .flatMap(({ stages }) => stages)
        .sort(),
    ).toEqual(['AWSCURRENT', 'AWSPREVIOUS']);
  });

  it('tells which keys differ between two versions without a value, and goes back to the one before', async () => {
    const name = await withFields({ user: 'app', password: 'canary-before' });
    const after = JSON.stringify({ user: 'app', password: 'canary-after' });
    await console.system.admin.secrets.putSecretValue({
      secretId: name,
      value: { value: { $case: 'secretString', value: after } },
    });
    const visit = await console.signIn();
    visit.hide('canary-before');
    visit.hide('canary-after');
    await visit.open(pageOf(name, 'versions'));
    await click(visit, 'Compare');
    await visit.page.getByRole('table', { name: 'Compare two versions' }).getByText('password').waitFor();
    await visit.page
      .getByRole('button', { name: /^What to do with version/ })
      .nth(1)
      .click();
    await visit.page.getByRole('menuitem', { name: 'Make it current' }).click();
    await visit.page.getByRole('dialog').getByRole('button', { name: 'Make it current' }).click();
    await visit.page.getByText('AWSCURRENT has moved.').waitFor();
    expect(await fieldsOf(name)).toMatchObject({ password: 'canary-before' });
  });

  it('rotates before your eyes', async () => {
    const name = await withFields({ password: 'old' });
    const visit = await console.signIn();
    await visit.open(pageOf(name, 'rotation'));
    await click(visit, 'Configure rotation');
    await visit.page.getByLabel('Rotation function').first().fill('strongroom-password');
    await visit.page.getByRole('option', { name: 'strongroom-password' }).click();
    await visit.page.getByText('Every 30 days').waitFor();
    await click(visit, 'Save');
    await visit.page.getByText('Succeeded').first().waitFor();
    expect(await visit.page.getByRole('listitem').filter({ hasText: 'Finish' }).getAttribute('data-state')).toBe('done');
    expect(await fieldsOf(name)).not.toEqual({ password: 'old' });
    await visit.open('/rotations');
    await visit.page.getByRole('link', { name }).waitFor();
  });

  it('is deleted by its name, with who would miss it, and restored', async () => {
    const name = await withFields({ password: 'x' });
    await fieldsOf(name);
    const visit = await console.signIn();
    await visit.open(pageOf(name, 'settings'));
    await click(visit, 'Delete the secret');
    const dialog = visit.page.getByRole('dialog');
    await dialog.getByText(/reader in the last 30 days loses it/).waitFor();
    await dialog.getByLabel(/^Type/).fill(name);
    await dialog.getByRole('button', { name: 'Delete the secret' }).click();
    await visit.page.getByText('This secret is scheduled for deletion').waitFor();
    await click(visit, 'Restore');
    await visit.page.getByText('The secret is restored.').waitFor();
    expect(await fieldsOf(name)).toEqual({ password: 'x' });
  });

  it('says to a reader what they may not do, and who else may read', async () => {
    const name = await withFields({ password: 'x' });
    const reader = await console.system.user(
      'console-reader',
      allow(['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue']),
    );
    const visit = await console.signIn({ by: reader.api });
    await visit.open(pageOf(name, 'value'));
    const edit = visit.page.getByRole('button', { name: 'Edit', exact: true, disabled: true });
    await edit.waitFor();
    expect(await edit.getAttribute('aria-description')).toContain('secretsmanager:PutSecretValue');
    const owner = await console.signIn();
    await owner.open(pageOf(name, 'permissions'));
    await click(owner, 'Find out');
    const row = owner.page.getByRole('row').filter({ hasText: reader.name });
    await row.getByText('Yes').waitFor();
    expect(await row.textContent()).toContain('allows it');
  });
});
