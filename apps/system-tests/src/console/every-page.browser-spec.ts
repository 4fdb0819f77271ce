import { pagesOf } from '@strongroom/testing/browser';
import { describeConsole } from '../support/console';
import { hostileAccount, SCRIPT } from '../support/hostile-account';

jest.setTimeout(180_000);

// Each page on a telephone, then on a laptop in both colour schemes. That no text runs as a script, every test of the console sees.
describeConsole('every page of the console, full of hostile texts', (console) => {
  it('shows them as texts, fits on a telephone, and can be used by everybody', async () => {
    const by = await hostileAccount(console.system);
    const visit = await console.signIn({ by });
    const pages = await pagesOf(visit);
    expect(pages.length).toBeGreaterThan(12);
    const wrong: string[] = [];
    let shown = 0;
    for (const page of pages) {
      await visit.page.setViewportSize({ width: 360, height: 780 });
      await visit.open(page);
      const overflow = await visit.overflow();
      if (overflow > 0) wrong.push(`${page} is ${overflow} pixels wider than a telephone`);
      if (await visit.page.getByText(SCRIPT).count()) shown++;
      if ((await visit.page.locator('h1').count()) !== 1) wrong.push(`${page} has not one first heading`);
      await visit.page.setViewportSize({ width: 1280, height: 900 });
      for (const problem of await visit.accessibilityProblems()) wrong.push(`${page} ${problem}`);
    }
    expect(wrong).toEqual([]);
    // They were there.
    expect(shown).toBeGreaterThan(2);
  });
});
