import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { connect } from 'node:tls';
import { baseEnvironment, findBinary } from '@strongroom/local-cluster';
import { type Browser, type BrowserContext, chromium, type LaunchOptions } from 'playwright-core';
import { temporaryDirectory } from '../temporary-directory';
import { type ColorScheme, ConsoleVisit } from './console-visit';

/** The console of a cluster, and who vouches for it. */
export interface ConsoleServer {
  /** `host:port`. */
  endpoint: string;
  /** The file of the cluster's CA, PEM. */
  caFile: string;
}

/** What people may set in their browsers. */
export interface VisitOptions {
  /** Of the window; pixels. */
  width?: number;
  colorScheme?: ColorScheme;
}

/** How long the browser waits for a page or for what a test expects on it; milliseconds. */
const PATIENCE = 30_000;
/** How long a handshake may take; milliseconds. */
const HANDSHAKE_PATIENCE = 5_000;

/** Debian's Chromium without a window, which trusts this one console. Its profile is in a temporary folder of its own. */
export class ConsoleBrowser {
  private constructor(
    readonly origin: string,
    private readonly folder: ReturnType<typeof temporaryDirectory>,
    /** One person at a time, who leaves a profile behind; or people who share nothing. */
    private readonly running: { profile: BrowserContext } | { browser: Browser },
  ) {}

  /** People with a browser each, which forgets all when it is closed. */
  static async launch(server: ConsoleServer): Promise<ConsoleBrowser> {
    const folder = temporaryDirectory('browser');
    const browser = await chromium.launch(await launchOptions(server, folder.path));
    return new ConsoleBrowser(`https://${server.endpoint}`, folder, { browser });
  }

  /** One person, whose profile stays in `profileFolder` until the browser is removed. */
  static async launchWithProfile(server: ConsoleServer): Promise<ConsoleBrowser> {
    const folder = temporaryDirectory('browser');
    const options = { ...(await launchOptions(server, folder.path)), ...contextOptions({}) };
    const profile = await chromium.launchPersistentContext(`${folder.path}/profile`, options);
    return new ConsoleBrowser(`https://${server.endpoint}`, folder, { profile });
  }

  get profileFolder(): string {
    return `${this.folder.path}/profile`;
  }

  /** A person opens the console, and has not signed in yet. */
  async visit(options: VisitOptions = {}): Promise<ConsoleVisit> {
    const context =
      'profile' in this.running ? this.running.profile : await this.running.browser.newContext(contextOptions(options));
    context.setDefaultTimeout(PATIENCE);
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: this.origin });
    return ConsoleVisit.begin(context, this.origin);
  }

  /** Ends the browser; a profile stays. */
  async close(): Promise<void> {
    await ('profile' in this.running ? this.running.profile : this.running.browser).close();
  }

  /** Ends the browser, and removes all that it has left. */
  async remove(): Promise<void> {
    await this.close();
    this.folder.remove();
  }
}

const contextOptions = ({ width = 1280, colorScheme = 'light' }: VisitOptions) => ({
  viewport: { width, height: 900 },
  colorScheme,
  // What moves is not where a test looks for it.
  reducedMotion: 'reduce' as const,
  locale: 'en-US',
  timezoneId: 'UTC',
});

const launchOptions = async (server: ConsoleServer, folder: string): Promise<LaunchOptions> => ({
  executablePath: findBinary('chromium'),
  // It does not know the cluster's CA; an exception for all errors would also lock out passkeys.
  args: [`--ignore-certificate-errors-spki-list=${await fingerprintOf(server)}`],
  env: { ...baseEnvironment(), HOME: folder },
});

/** The hash of the public key that the console shows and its CA has vouched for, as Chromium names it. */
const fingerprintOf = ({ endpoint, caFile }: ConsoleServer): Promise<string> =>
  new Promise((resolve, reject) => {
    const [host, port] = [endpoint.slice(0, endpoint.lastIndexOf(':')), Number(endpoint.slice(endpoint.lastIndexOf(':') + 1))];
    const socket = connect({ host, port, servername: host, ca: readFileSync(caFile), timeout: HANDSHAKE_PATIENCE });
    socket.once('secureConnect', () => {
      const { publicKey } = new X509Certificate(socket.getPeerCertificate().raw);
      socket.destroy();
      const key = publicKey.export({ type: 'spki', format: 'der' });
      resolve(createHash('sha256').update(key).digest('base64'));
    });
    socket.once('timeout', () => socket.destroy(new Error(`${endpoint} does not answer`)));
    socket.once('error', reject);
  });
