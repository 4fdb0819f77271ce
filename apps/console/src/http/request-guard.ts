import type { IncomingHttpHeaders } from 'node:http';

/** Why a request is refused before it is read. */
export interface Refusal {
  readonly status: 403 | 411 | 413 | 415 | 421 | 426 | 429 | 503;
  readonly message: string;
  /** When to try again at the earliest, in milliseconds from now. */
  readonly retryAfterMs?: number;
}

type Headers = IncomingHttpHeaders & { readonly ':authority'?: string | undefined };

/** The header that the page sends, and that no form or link of another site can: browsers would ask us first. */
export const PAGE_HEADER = 'x-strongroom';

/** Refuses what names another host: the answer could otherwise end up in somebody's cache under a name that is not ours. */
export function refusalOfHost(headers: Headers, hosts: ReadonlySet<string>): Refusal | undefined {
  const named = [headers[':authority'], headers.host].filter((host) => host !== undefined);
  if (named.length > 0 && named.every((host) => hosts.has(host))) return undefined;
  return { status: 421, message: 'The console is not reached by this host.' };
}

/** Refuses to become another protocol: the console has no WebSocket. */
export function refusalOfUpgrade(headers: Headers): Refusal | undefined {
  return headers.upgrade === undefined ? undefined : { status: 426, message: 'The console speaks HTTP alone.' };
}

/** Refuses what does not come from the console's own page. */
export function refusalOfCall(headers: Headers, origins: ReadonlySet<string>): Refusal | undefined {
  const { origin } = headers;
  const site = headers['sec-fetch-site'];
  if (origin === undefined || !origins.has(origin) || (site !== undefined && site !== 'same-origin')) {
    return { status: 403, message: "The console takes calls from its own page alone: Origin must be the console's." };
  }
  if (headers[PAGE_HEADER] !== '1') return { status: 403, message: `The header ${PAGE_HEADER} must be 1.` };
  if (!/^application\/json(?:; *charset=utf-8)?$/i.test(headers['content-type'] ?? '')) {
    return { status: 415, message: 'The content type must be application/json.' };
  }
  return undefined;
}

/** Refuses a body of more than `most` bytes, and one whose size is not said before. */
export function refusalOfBody(headers: Headers, most: number): Refusal | undefined {
  const length = headers['content-length'];
  if (length === undefined || !/^\d{1,15}$/.test(length)) return { status: 411, message: 'The request must say its length.' };
  return Number(length) > most ? { status: 413, message: `The request has at most ${most} bytes.` } : undefined;
}
