import type { TrustedProxies } from './client-address';
import type { Request } from './console-server';

/** As in the services. */
const MAX_USER_AGENT = 256;

/** The person's browser, as services and the trail are told. */
export function clientOf({ headers, raw }: Request, proxies: TrustedProxies): { sourceIp: string; userAgent: string } {
  const sourceIp = proxies.addressOf(raw.socket?.remoteAddress, oneOf(headers['x-forwarded-for']));
  return { sourceIp, userAgent: (headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT).replace(/[^\x20-\x7e]/g, '?') };
}

const oneOf = (header: string | string[] | undefined): string | undefined => (Array.isArray(header) ? header.join() : header);
