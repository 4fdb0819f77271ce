import { isIP } from 'node:net';
import type { TargetTls } from '@strongroom/egress';
import type { SecretFields } from './secret-fields';

/** Whether a host's name or address says that it is this machine. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host.endsWith('.localhost') || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));

/**
 * What the fields `ssl`, `sslCa` and `sslVerify` say: TLS, verified against the system's authorities, unless they say otherwise.
 * Undefined stands for no TLS: `ssl` is false, or it is absent and the host is this machine.
 */
export const targetTls = (fields: SecretFields, host: string): TargetTls | undefined => {
  const ssl = fields.flag('ssl');
  const ca = fields.optionalText('sslCa');
  const verify = fields.flag('sslVerify') ?? true;
  if (ca !== undefined && !ca.includes('-----BEGIN CERTIFICATE-----')) throw fields.wrong('sslCa', 'must be PEM certificates');
  if (ssl === false) {
    if (ca !== undefined) throw fields.wrong('sslCa', 'has no meaning while "ssl" is false');
    return undefined;
  }
  if (ssl === undefined && ca === undefined && isLoopback(host)) return undefined;
  return { ca, rejectUnauthorized: verify, servername: isIP(host) ? undefined : host };
};
