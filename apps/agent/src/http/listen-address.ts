import { isIP } from 'node:net';
import { endpointOf } from '@strongroom/config';

/** Where programs reach the agent. */
export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

const UNIX = 'unix:';

/** @param text `host:port`, or `unix:` and a path */
export function listenAddressOf(text: string): ListenAddress {
  if (text.startsWith(UNIX)) return { kind: 'unix', path: text.slice(UNIX.length) };
  return { kind: 'tcp', ...endpointOf(text) };
}

/** Whether only this machine reaches it. */
export function isLocal(address: ListenAddress): boolean {
  if (address.kind === 'unix') return true;
  const { host } = address;
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** The names by which programs call the host of the address; undefined: a socket has none. */
export function hostsOf(address: ListenAddress, more: readonly string[]): string[] | undefined {
  if (address.kind === 'unix') return undefined;
  const { host } = address;
  return ['localhost', '127.0.0.1', '[::1]', isIP(host) === 6 ? `[${host}]` : host, ...more];
}
