import { arePemCertificates } from '@strongroom/config';
import { isIP } from 'node:net';
import { invalid } from '../rules/rule';

/** A receiver of signed CloudEvents. */
export interface Webhook {
  /** A UUID: another one for each webhook that ever had the name. */
  id: string;
  accountId: string;
  name: string;
  url: string;
  description: string;
  /** PEM certificates to trust instead of the system's; '' for the system's. */
  caPem: string;
  isEnabled: boolean;
  /** The signing secrets, sealed for `id`. */
  sealedKeys: Buffer;
  createdAt: Date;
  changedAt: Date;
  rotatedAt: Date;
}

export const MAX_WEBHOOKS = 100;
const MAX_URL = 2_048;
const MAX_DESCRIPTION = 512;
const MAX_CA = 16_384;

export const webhookArn = (region: string, accountId: string, name: string): string =>
  `arn:aws:events:${region}:${accountId}:webhook/${name}`;

/** The name in an ARN of a webhook; undefined for other ARNs. */
export function nameInArn(arn: string): string | undefined {
  return /^arn:aws:events:[a-z0-9-]+:\d{12}:webhook\/([A-Za-z0-9._-]{1,64})$/.exec(arn)?.[1];
}

/** @throws ValidationException */
export function requireUrl(text: string): string {
  const fault = (rule: string) => invalid(`Url ${rule}`);
  if (text.length > MAX_URL) throw fault(`must have at most ${MAX_URL} characters.`);
  if (!URL.canParse(text) || /[\s\\]/.test(text)) throw fault('must be an address such as https://hooks.example.com/strongroom.');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLoopback(url.hostname))) {
    throw fault('must begin with https://; http:// is for receivers on this machine only.');
  }
  if (url.username !== '' || url.password !== '') throw fault('must not have a user or a password.');
  if (url.hash !== '') throw fault('must not have a fragment.');
  return url.href;
}

function isLoopback(hostname: string): boolean {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

/** @throws ValidationException */
export function requireDescription(text: string): string {
  if ([...text].length > MAX_DESCRIPTION) throw invalid(`Description must have at most ${MAX_DESCRIPTION} characters.`);
  return text;
}

/** @throws ValidationException */
export function requireCa(pem: string): string {
  if (pem.length > MAX_CA) throw invalid(`CaPem must have at most ${MAX_CA} characters.`);
  if (pem !== '' && !arePemCertificates(pem)) throw invalid('CaPem must have PEM certificates and nothing else.');
  return pem;
}
