import { Hash } from '@smithy/hash-node';
import { SignatureV4 } from '@smithy/signature-v4';
import { encodeUri } from '../http/query-string';
import type { WireRequest } from '../http/request';

export interface Plan {
  method?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: Uint8Array;
}

export interface Signer {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  region?: string;
  service?: string;
  date: Date;
}

class Sha256 extends Hash {
  constructor(secret?: string | Uint8Array) {
    super('sha256', secret);
  }
}

const signerOf = ({ accessKeyId, secretAccessKey, sessionToken, region = 'us-east-1', service = 'kms' }: Signer) =>
  new SignatureV4({ credentials: { accessKeyId, secretAccessKey, sessionToken }, region, service, sha256: Sha256 as never });

const requestOf = ({ method = 'POST', query = {}, headers = {}, body = new Uint8Array() }: Plan) => ({
  method,
  protocol: 'https:',
  hostname: 'gateway.test',
  path: '/',
  query,
  headers: { host: 'gateway.test', ...headers },
  body: body.length === 0 ? undefined : body,
});

const onWire = (
  signed: { method: string; query?: unknown; headers: Record<string, string> },
  body: Uint8Array = new Uint8Array(),
): WireRequest => ({
  method: signed.method,
  path: '/',
  query: Object.entries((signed.query ?? {}) as Record<string, string>)
    .map(([name, value]) => `${encodeUri(name)}=${encodeUri(value)}`)
    .join('&'),
  headers: Object.fromEntries(Object.entries(signed.headers).map(([name, value]) => [name.toLowerCase(), value])),
  body,
  address: '192.0.2.1',
  secure: true,
});

/** A request signed by AWS's own signer, in a header. */
export async function signed(plan: Plan, signer: Signer): Promise<WireRequest> {
  const request = await signerOf(signer).sign(requestOf(plan) as never, { signingDate: signer.date });
  return onWire(request as never, plan.body);
}

/** The same, in its query string. */
export async function presigned(plan: Plan, signer: Signer, expiresIn = 900): Promise<WireRequest> {
  const request = await signerOf(signer).presign(requestOf(plan), { signingDate: signer.date, expiresIn });
  return onWire(request, plan.body);
}
