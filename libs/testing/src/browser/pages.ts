import type { ConsoleVisit } from './console-visit';

/** Links of the navigation, in its order. */
const AREAS = 'nav a[href^="/"]';

/**
 * The addresses of every page that somebody finds who follows the navigation: each area, its tabs, the first thing on it that has
 * a page of its own, and the tabs of that.
 */
export async function pagesOf(visit: ConsoleVisit): Promise<string[]> {
  const found = new Set<string>();
  await visit.open('/');
  for (const area of await hrefs(visit, AREAS)) {
    for (const address of await withTabs(visit, area)) {
      found.add(address);
      await visit.open(address);
      const path = address.split('?')[0]!;
      const [first] = path === '/' ? [] : await hrefs(visit, `main a[href^="${path}/"], [role="main"] a[href^="${path}/"]`);
      if (first !== undefined && !found.has(first)) for (const inner of await withTabs(visit, first)) found.add(inner);
    }
  }
  return [...found];
}

const hrefs = async ({ page }: ConsoleVisit, selector: string): Promise<string[]> => {
  const all = await Promise.all((await page.locator(selector).all()).map((link) => link.getAttribute('href')));
  return [...new Set(all.filter((href) => href !== null))];
};

/** The address, and those of the tabs of its page. */
const withTabs = async (visit: ConsoleVisit, address: string): Promise<string[]> => {
  const { page } = visit;
  const found = new Set([address]);
  await visit.open(address);
  const tabs = page.getByRole('tab');
  for (let at = 0; at < (await tabs.count()); at++) {
    await tabs.nth(at).click();
    await visit.settled();
    const { pathname, search } = new URL(page.url());
    found.add(`${pathname}${search}`);
  }
  return [...found];
};
