import type { ConsoleVisit } from './console-visit';

/** Links of the navigation, in its order. */
const AREAS = 'nav a[href^="/"]';

/**
 * Goes to every page that somebody finds who follows the navigation: each area, its tabs, the first thing on each of them that
 * has a page of its own, and the tabs of that. `look` is called on each, with its address.
 */
export async function walkPages(visit: ConsoleVisit, look: (address: string) => Promise<void>): Promise<void> {
  const seen = new Set<string>();
  await visit.open('/');
  for (const area of await hrefs(visit, AREAS)) {
    const inside = new Set<string>();
    await walkTabs(visit, area, seen, async (address) => {
      await look(address);
      const [first] = area === '/' ? [] : await hrefs(visit, `#page a[href^="${area}/"]`);
      if (first !== undefined) inside.add(first);
    });
    for (const address of inside) await walkTabs(visit, address, seen, look);
  }
}

const hrefs = async ({ page }: ConsoleVisit, selector: string): Promise<string[]> => {
  // At once: a list that is live changes between two questions.
  const all = await page.evaluate<string[]>(
    `[...document.querySelectorAll(${JSON.stringify(selector)})].map((link) => link.getAttribute('href'))`,
  );
  return [...new Set(all)];
};

const walkTabs = async (
  visit: ConsoleVisit,
  start: string,
  seen: Set<string>,
  look: (address: string) => Promise<void>,
): Promise<void> => {
  const { page } = visit;
  if (seen.has(start)) return;
  await visit.open(start);
  const tabs = page.locator('#page').getByRole('tab');
  for (let at = 0; at < Math.max(1, await tabs.count()); at++) {
    if (at > 0) {
      await tabs.nth(at).click();
      await visit.settled();
    }
    const { pathname, search } = new URL(page.url());
    const address = `${pathname}${search}`;
    if (seen.has(address)) continue;
    seen.add(address);
    await look(address);
  }
};
