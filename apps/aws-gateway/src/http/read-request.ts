import { type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { type Http2ServerRequest } from 'node:http2';
import { AwsError } from '../aws-error';
import { type WireRequest } from './request';

/** Far more than the largest request there is: a value of 65,536 bytes, each of them escaped. */
export const MAX_BODY_BYTES = 1 << 20;

/** Headers of which two would leave open what was meant. */
const SINGLE = /^(?:authorization|content-length|content-type|date|host|x-amz-.*)$/;

export type IncomingRequest = IncomingMessage | Http2ServerRequest;

/** Reads a request whole. @throws AwsError for one that is too large or ambiguous; Error when the client goes away */
export async function readRequest(incoming: IncomingRequest, secure: boolean): Promise<WireRequest> {
  refuseRepeatedHeaders(incoming.rawHeaders);
  const url = incoming.url ?? '/';
  const question = url.indexOf('?');
  return {
    method: incoming.method ?? '',
    path: question < 0 ? url : url.slice(0, question),
    query: question < 0 ? '' : url.slice(question + 1),
    headers: headersOf(incoming),
    body: await readBody(incoming),
    address: addressOf(incoming.socket?.remoteAddress),
    secure,
  };
}

function headersOf(incoming: IncomingRequest): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = Object.create(null) as IncomingHttpHeaders;
  for (const [name, value] of Object.entries(incoming.headers)) if (!name.startsWith(':')) headers[name] = value;
  const authority = incoming.headers[':authority'];
  if (headers.host === undefined && typeof authority === 'string') headers.host = authority;
  return headers;
}

function refuseRepeatedHeaders(rawHeaders: readonly string[]): void {
  const seen = new Set<string>();
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase();
    if (!SINGLE.test(name)) continue;
    if (seen.has(name)) throw new AwsError('IncompleteSignatureException', `The header '${name}' must not be there twice.`);
    seen.add(name);
  }
}

function readBody(incoming: IncomingRequest): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    incoming.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size > MAX_BODY_BYTES) {
        incoming.removeAllListeners('data');
        // Whatever else comes is thrown away, so that the client is ready to read the answer.
        incoming.resume();
        reject(new AwsError('RequestEntityTooLargeException', `A request has at most ${MAX_BODY_BYTES} bytes.`, 413));
      } else chunks.push(chunk);
    });
    incoming.once('end', () => resolve(Buffer.concat(chunks)));
    incoming.once('error', reject);
    incoming.once('aborted', () => reject(new Error('the client went away')));
    incoming.once('close', () => reject(new Error('the client went away')));
  });
}

/** An IPv4 address in IPv6 form loses its prefix. */
const addressOf = (address = ''): string => (address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address);
