import { walkPages } from '@strongroom/testing/browser';
import { describeConsole } from '../support/console';
import { hostileAccount, SCRIPT } from '../support/hostile-account';

jest.setTimeout(300_000);

const TELEPHONE = { width: 360, height: 780 };
const LAPTOP = { width: 1280, height: 900 };

// Each page on a telephone, then on a laptop in both colour schemes. That no text runs as a script, every test of the console
// sees.
describeConsole('every page of the console, full of hostile texts', (console) => {
  it('shows them as texts, fits on a telephone, and can be used by everybody', async () => {
    const visit = await console.signIn({ by: await hostileAccount(console.system) });
    const { page } = visit;
    const wrong: string[] = [];
    const seen: string[] = [];
    let shown = 0;
    await walkPages(visit, async (address) => {
      seen.push(address);
      if ((await page.locator('h1').count()) !== 1) wrong.push(`${address} has not one first heading`);
      if (await page.getByText(SCRIPT).count()) shown++;
      for (const problem of await visit.accessibilityProblems()) wrong.push(`${address} ${problem}`);
      await page.setViewportSize(TELEPHONE);
      const overflow = await visit.overflow();
      if (overflow) wrong.push(`${address} is wider than a telephone by ${overflow}`);
      await page.setViewportSize(LAPTOP);
    });
    expect(wrong).toEqual([]);
    expect(seen.length).toBeGreaterThan(12);
    // They were there.
    expect(shown).toBeGreaterThan(2);
  });
});
