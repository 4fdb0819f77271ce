import { pollUntil } from '@strongroom/clock';
import type { BrowserContext, Page, Response } from 'playwright-core';
import { accessibilityProblems } from './accessibility';

/** What stands where something will be. */
const LOADING = '[aria-busy="true"], .mantine-Skeleton-root';
/** What the browser itself says of a refusal. Tests look at what the page says. */
const ANSWER_OF_FAILURE = /^Failed to load resource: the server responded with a status of 4\d\d/;

/** How long a page may take to fit into its window. Milliseconds. */
const FITTING_MS = 2_000;

const schemes = ['light', 'dark'] as const;
export type ColorScheme = (typeof schemes)[number];

// What runs in the page is text: our own code knows no browser's types.
const REPORT_VIOLATIONS = `document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) =>
  reportViolation([violatedDirective, 'forbids', blockedURI, sample].join(' ')));`;
const TWO_FRAMES = 'new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))';
/** What fades from one colour to the next; what never ends, as a sign of loading, is not waited for. */
const FADED = `Promise.all(document.getAnimations()
  .filter(({ effect }) => Number.isFinite(effect.getComputedTiming().endTime))
  .map(({ finished }) => finished.catch(() => undefined)))`;
/** Nobody sees what an ancestor cuts off or scrolls; of elements inside one another the innermost names the cause. */
const STICKING_OUT = `(() => {
  const { clientWidth, scrollWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return [];
  const isContained = (element) => {
    for (let box = element.parentElement; box && box !== document.body; box = box.parentElement) {
      if (getComputedStyle(box).overflowX !== 'visible') return true;
    }
    return false;
  };
  const out = [...document.body.querySelectorAll('*')].filter(
    (element) => element.getBoundingClientRect().right > clientWidth + 0.5 && !isContained(element),
  );
  const innermost = out.filter((element) => !out.some((other) => other !== element && element.contains(other)));
  const words = ({ tagName, className, textContent }) =>
    tagName.toLowerCase() + ' ' + String(className.baseVal ?? className) + ' "' + textContent.trim().slice(0, 40) + '"';
  return [scrollWidth - clientWidth + ' pixels', ...innermost.slice(0, 4).map(words)];
})()`;
const PLACES = `({
  'the page': document.documentElement.outerHTML,
  'a field': [...document.querySelectorAll('input, textarea')].map(({ value }) => value).join('\\n'),
  'the title': document.title,
  'the address': location.href,
  'the history': JSON.stringify(history.state),
  'local storage': JSON.stringify({ ...localStorage }),
  'session storage': JSON.stringify({ ...sessionStorage }),
})`;

/**
 * One person's window of the console. It notes what must never happen: errors of the page, violations of its content security
 * policy, requests to other hosts, failures of the server, and secret values where nobody has asked for them.
 */
export class ConsoleVisit {
  private readonly found: string[] = [];
  private readonly hidden = new Set<string>();
  private readonly looking = new Set<Promise<void>>();

  private constructor(
    readonly page: Page,
    readonly origin: string,
    private readonly context: BrowserContext,
  ) {}

  static async begin(context: BrowserContext, origin: string): Promise<ConsoleVisit> {
    const [open] = context.pages();
    const visit = new ConsoleVisit(open ?? (await context.newPage()), origin, context);
    await visit.watch();
    return visit;
  }

  /** Goes to a path of the console, such as `/secrets?q=prod`, as by its address, and waits until the page shows what it has. */
  async open(path: string): Promise<void> {
    await this.page.goto(new URL(path, this.origin).href);
    await this.settled();
  }

  /** Signs in by a link's token, and waits for the first page. */
  async signIn(token: string): Promise<void> {
    // Another fragment alone would not load the page anew.
    await this.page.goto('about:blank');
    await this.page.goto(`${this.origin}/sign-in#token=${token}`);
    // Programs that look at links in messages must not use them up, so somebody has to click.
    await this.page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await this.signedIn();
  }

  /** Waits for the first page. The address is its own a moment before it stands. */
  async signedIn(): Promise<void> {
    await this.page.waitForURL(({ pathname }) => pathname !== '/sign-in');
    await this.page.locator('#page').waitFor();
    await this.settled();
  }

  /** Waits until there is a heading, and nothing that loads. @throws Error that says what went wrong meanwhile */
  async settled(): Promise<void> {
    try {
      await this.page.locator('h1').first().waitFor();
      await this.page.locator(LOADING).first().waitFor({ state: 'detached' });
    } catch (error) {
      throw new Error([`${this.page.url()} does not settle`, ...this.found].join('\n'), { cause: error });
    }
  }

  /** From now on the value must be neither on the page nor in an answer to it, until `reveal` is called. */
  hide(value: string): void {
    this.hidden.add(value);
  }

  /** The person asks for the value: from now on it may be there. */
  reveal(value: string): void {
    this.hidden.delete(value);
  }

  /** What violates WCAG 2.2 AA on the page as it is, in both colour schemes; empty if nothing does. */
  async accessibilityProblems(): Promise<string[]> {
    const problems: string[] = [];
    for (const colorScheme of schemes) {
      await this.paint(colorScheme);
      const found = await accessibilityProblems(this.page, colorScheme === 'light' ? 'all' : 'colours');
      problems.push(...found.map((problem) => `${colorScheme}: ${problem}`));
    }
    await this.paint('light');
    return problems;
  }

  /** The person's system changes its colour scheme; resolves when the page has followed. */
  async paint(colorScheme: ColorScheme): Promise<void> {
    await this.page.emulateMedia({ colorScheme });
    await this.page.locator(`html[data-mantine-color-scheme="${colorScheme}"]`).waitFor({ state: 'attached' });
    await this.page.evaluate(TWO_FRAMES);
    await this.page.evaluate(`${FADED}.then(() => undefined)`);
  }

  /** By how much the page stays wider than its window, and what sticks out; undefined if it does not scroll sideways. */
  async overflow(): Promise<string | undefined> {
    let found: string[] = [];
    // A page whose window was made narrower a moment ago needs some frames.
    await pollUntil(async () => {
      found = await this.page.evaluate<string[]>(STICKING_OUT);
      return found.length === 0;
    }, FITTING_MS);
    const [pixels, ...elements] = found;
    return pixels && `${pixels}: ${elements.join(', ')}`;
  }

  /** What has happened so far that must not. */
  async problems(): Promise<string[]> {
    await Promise.all(this.looking);
    if (!this.page.isClosed()) await this.lookForHidden();
    return this.found;
  }

  /** Forgets problems that a test has caused on purpose. @returns them */
  async expected(): Promise<string[]> {
    return (await this.problems()).splice(0);
  }

  async close(): Promise<void> {
    await this.context.close();
  }

  private async watch(): Promise<void> {
    const { page, found } = this;
    await page.exposeBinding('reportViolation', (_source, text: string) => void found.push(`content security policy: ${text}`));
    await page.addInitScript(REPORT_VIOLATIONS);
    page.on('pageerror', ({ message }) => found.push(`error: ${message}`));
    page.on('crash', () => found.push('the page has crashed'));
    page.on('console', (message) => {
      if (message.type() === 'error' && !ANSWER_OF_FAILURE.test(message.text())) found.push(`console: ${message.text()}`);
    });
    page.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (/^https?:$|^wss?:$/.test(protocol) && origin !== this.origin) found.push(`request to ${request.url()}`);
    });
    page.on('response', (response) => {
      if (response.status() >= 500) found.push(`${response.request().method()} ${response.url()}: ${response.status()}`);
      if (this.hidden.size > 0) this.later(this.lookInto(response));
    });
  }

  private later(work: Promise<void>): void {
    const done = work.catch(() => undefined).finally(() => this.looking.delete(done));
    this.looking.add(done);
  }

  private async lookInto(response: Response): Promise<void> {
    const asked = [...this.hidden];
    const body = await response.text();
    // What has been asked for meanwhile may be in it.
    for (const value of asked) {
      if (body.includes(value) && this.hidden.has(value)) this.found.push(`a hidden value in the answer to ${response.url()}`);
    }
  }

  private async lookForHidden(): Promise<void> {
    if (this.hidden.size === 0) return;
    const places = await this.page.evaluate<Record<string, string | null>>(PLACES);
    for (const [place, text] of Object.entries(places)) {
      for (const value of this.hidden) {
        if ([value, encodeURIComponent(value)].some((form) => text?.includes(form)))
          this.found.push(`a hidden value in ${place}`);
      }
    }
  }
}
