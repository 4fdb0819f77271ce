import { spawn } from 'node:child_process';
import type { Cli } from '../../cli';
import type { Guide } from '../../session/oidc';

const openers: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  linux: ['xdg-open'],
};

/** Says where to sign in, and opens a browser where there is one: BROWSER names another one, or is empty for none. */
export const guideOf = ({ printer, signal, terminal: { env } }: Cli): Guide => ({
  signal,
  say: (text) => printer.note(text),
  visit(address) {
    printer.note(`Sign in at: ${address}`);
    const opener =
      env['BROWSER'] === undefined ? openers[process.platform] : env['BROWSER'] === '' ? undefined : [env['BROWSER']];
    if (opener === undefined) return;
    const [command, ...args] = opener;
    // Whoever has no browser here opens the address elsewhere.
    spawn(command!, [...args, address], { stdio: 'ignore', detached: true, env: { ...env } })
      .on('error', () => undefined)
      .unref();
  },
});
