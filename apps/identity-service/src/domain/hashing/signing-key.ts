import { createHmac } from 'node:crypto';

/** The scope of a signing key, as in the credential scope of a signed request. */
export interface KeyScope {
  /** yyyymmdd. */
  date: string;
  region: string;
  service: string;
}

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * AWS Signature Version 4: a chain of HMAC-SHA-256 over date, region and service. 32 bytes, from which nobody can compute the
 * secret.
 */
export function signingKeyOf(secret: Buffer, { date, region, service }: KeyScope): Buffer {
  const start = Buffer.concat([Buffer.from('AWS4'), secret]);
  const key = [date, region, service, 'aws4_request'].reduce(hmac, start);
  start.fill(0);
  return key;
}
