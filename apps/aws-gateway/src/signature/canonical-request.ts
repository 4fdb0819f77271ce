import { encodeUri } from '../http/query-string';
import type { WireHead } from '../http/request';
import { hmacHex, sha256Hex } from './hashing/digests';

export const ALGORITHM = 'AWS4-HMAC-SHA256';

/** The second part of a credential: `20261124/us-east-1/kms/aws4_request`. */
export interface CredentialScope {
  /** yyyymmdd. */
  date: string;
  region: string;
  service: string;
}

export const scopeText = ({ date, region, service }: CredentialScope): string => `${date}/${region}/${service}/aws4_request`;

export interface Signed {
  request: Pick<WireHead, 'method' | 'path' | 'headers'>;
  /** Decoded, and without the signature itself. */
  parameters: readonly (readonly [string, string])[];
  /** Lower-case names, sorted. */
  signedHeaders: readonly string[];
  /** SHA-256 of the body, lower-case hexadecimal. */
  payloadHash: string;
  /** `20261124T130000Z`. */
  timestamp: string;
  scope: CredentialScope;
}

/** The signature of a request (AWS Signature Version 4), lower-case hexadecimal. */
export const signatureOf = (signingKey: Uint8Array, signed: Signed): string =>
  hmacHex(signingKey, [ALGORITHM, signed.timestamp, scopeText(signed.scope), sha256Hex(canonicalRequest(signed))].join('\n'));

function canonicalRequest({ request, parameters, signedHeaders, payloadHash }: Signed): string {
  return [
    request.method,
    request.path,
    canonicalQuery(parameters),
    ...signedHeaders.map((name) => `${name}:${canonicalValue(request.headers[name])}`),
    '',
    signedHeaders.join(';'),
    payloadHash,
  ].join('\n');
}

const canonicalQuery = (parameters: Signed['parameters']): string =>
  parameters
    .map(([name, value]) => [encodeUri(name), encodeUri(value)] as const)
    .sort(([name, value], [otherName, otherValue]) => compare(name, otherName) || compare(value, otherValue))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const canonicalValue = (value: string | string[] | undefined): string =>
  String(value ?? '')
    .trim()
    .replace(/\s+/g, ' ');
