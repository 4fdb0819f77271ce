import { describeConsole } from '../support/console';
import { allow, everything } from '../support/policies';
import { entity } from '../support/system';

jest.setTimeout(60_000);

describeConsole('a session of the console', (console) => {
  it('begins with a link that works once', async () => {
    const { token } = await console.system.admin.identity.createSignInLink();
    await (await console.visit()).signIn(token);
    const second = await console.visit();
    await second.page.goto(`${second.origin}/sign-in#token=${token}`);
    await second.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    expect(await second.page.getByRole('alert').textContent()).toContain('The link is used up, or has expired');
    // It is no longer where others could find it.
    expect(second.page.url()).toBe(`${second.origin}/sign-in`);
  });

  it('ends at the next step when somebody revokes it, and what was on the page goes with it', async () => {
    const user = await console.system.user('console', everything);
    const secret = await console.system.secret('a value', 'console-revoked');
    const visit = await console.signIn({ by: user.api });
    await visit.open('/secrets');
    await visit.page.getByText(secret).first().waitFor();
    await console.system.admin.tokens.revokeSessions({ sessions: { $case: 'target', value: entity.user(user.name) } });
    await visit.page.getByRole('link', { name: 'Keys', exact: true }).click();
    // Each call of the page that is refused leads there, so one navigation may end another.
    await visit.page.getByText('Your session has ended').waitFor();
    expect(new URL(visit.page.url()).pathname).toBe('/sign-in');
    expect(await visit.page.content()).not.toContain(secret);
  });

  it('ends by its owner, and the button Back shows nothing of it', async () => {
    const secret = await console.system.secret('a value', 'console-left');
    const visit = await console.signIn();
    await visit.open('/secrets');
    await visit.page.getByText(secret).first().waitFor();
    await visit.page.getByRole('button', { name: /^Account/ }).click();
    await visit.page.getByRole('menuitem', { name: 'Sign out' }).click();
    await visit.page.waitForURL(({ pathname }) => pathname === '/sign-in');
    await visit.page.goBack().catch(() => undefined);
    await visit.page.waitForURL(({ pathname }) => pathname === '/sign-in');
    expect(await visit.page.content()).not.toContain(secret);
    // The cookie of the session is worth nothing, even if somebody has kept it.
    expect((await visit.page.context().cookies()).filter(({ value }) => value !== '')).toEqual([]);
  });

  it('may do what its user may, and says what is missing', async () => {
    const reader = await console.system.user('console-reader', allow('iam:ListUsers'));
    const visit = await console.signIn({ by: reader.api });
    await visit.open('/secrets');
    await visit.page.getByText('secretsmanager:ListSecrets').first().waitFor();
  });
});
