import { randomBytes } from 'node:crypto';
import { describeWith, scanForCanaries } from '@strongroom/testing';
import { ConsoleBrowser, type ConsoleVisit } from '@strongroom/testing/browser';
import { System, unique, type RunningSystem } from '../support/system';
import { consoleOf } from '../support/console';

jest.setTimeout(120_000);

type Role = Parameters<ConsoleVisit['page']['getByRole']>[0];
/** No page has more places that the keyboard stops at. */
const MAX_STOPS = 120;

// One person, whose browser keeps a profile, uses no mouse. What the browser has kept is searched when it is closed.
describeWith('chromium', 'a secret from its beginning to its end, by the keyboard alone', () => {
  let system: RunningSystem;
  let browser: ConsoleBrowser;
  beforeAll(async () => {
    system = await System.running();
    browser = await ConsoleBrowser.launchWithProfile(consoleOf(system));
  });
  afterAll(async () => {
    await browser?.remove();
    await system?.stop();
  });

  /** Goes on with Tab until the focus is on one of these. */
  const goTo = async ({ page }: ConsoleVisit, role: Role, name?: string): Promise<void> => {
    const target = page.getByRole(role, { name, exact: true });
    await target.first().waitFor();
    for (let stop = 0; stop < MAX_STOPS; stop++) {
      if (await page.locator(':focus').and(target).count()) return;
      await page.keyboard.press('Tab');
    }
    throw new Error(`the keyboard does not reach the ${role} ${name ?? ''}`);
  };
  const press = async (visit: ConsoleVisit, name: string, role: Role = 'button'): Promise<void> => {
    await goTo(visit, role, name);
    await visit.page.keyboard.press('Enter');
  };
  /** Tabs are one stop; arrows choose among them. */
  const openTab = async (visit: ConsoleVisit, name: string): Promise<void> => {
    const { page } = visit;
    const tab = page.getByRole('tab', { name, exact: true });
    await tab.waitFor();
    await goTo(visit, 'tab');
    for (let at = 0; at < 10 && !(await page.locator(':focus').and(tab).count()); at++) await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await visit.settled();
  };

  it('can be made, read, rotated, deleted and taken back, and leaves no value in the profile', async () => {
    const canary = `canary-keyboard-${randomBytes(12).toString('hex')}`;
    const name = unique('console-keyboard');
    const { token } = await system.admin.identity.createSignInLink();
    const visit = await browser.visit();
    const { page } = visit;
    await page.goto(`${visit.origin}/sign-in#token=${token}`);
    await press(visit, 'Sign in');
    await visit.signedIn();

    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await press(visit, 'Create a secret', 'link');
    await goTo(visit, 'radio', 'Database');
    for (let kind = 0; kind < 4; kind++) await page.keyboard.press('ArrowRight');
    await goTo(visit, 'textbox', 'Text');
    await page.keyboard.type(JSON.stringify({ user: 'app', password: canary }));
    await goTo(visit, 'textbox', 'Name');
    await page.keyboard.type(name);
    await press(visit, 'Create the secret');
    await page.waitForURL(({ pathname }) => pathname === `/secrets/${name}`);
    visit.hide(canary);

    await openTab(visit, 'Value');
    await page.getByText('The value is not on this page').waitFor();
    expect(await visit.problems()).toEqual([]);
    visit.reveal(canary);
    await press(visit, 'Reveal');
    await page.getByText(canary).waitFor();
    await press(visit, 'Hide');
    await page.getByText(canary).waitFor({ state: 'detached' });
    visit.hide(canary);

    await openTab(visit, 'Rotation');
    await press(visit, 'Configure rotation');
    await goTo(visit, 'combobox', 'Rotation function');
    await page.keyboard.type('strongroom-password');
    await page.getByRole('option', { name: 'strongroom-password' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await press(visit, 'Save');
    await page.getByText('Succeeded').first().waitFor();

    await openTab(visit, 'Settings');
    await press(visit, 'Delete the secret');
    await page.getByRole('dialog').getByLabel(/^Type/).waitFor();
    await page.keyboard.type(name);
    await page.keyboard.press('Enter');
    await page.getByText('This secret is scheduled for deletion').waitFor();
    await press(visit, 'Restore');
    await page.getByText('The secret is restored.').waitFor();
    expect(await visit.problems()).toEqual([]);

    const { value } = await system.admin.secrets.getSecretValue({ secretId: name });
    const after = (JSON.parse(value?.value?.$case === 'secretString' ? value.value.value : '') as { password: string }).password;
    await browser.close();
    // The link itself is in the browser's history, as every address is; it was good for one time.
    expect(await scanForCanaries([browser.profileFolder], [canary, after])).toEqual([]);
    // The search finds what may be there: where the person was.
    expect(await scanForCanaries([browser.profileFolder], [`/secrets/${name}`])).not.toEqual([]);
  });
});
