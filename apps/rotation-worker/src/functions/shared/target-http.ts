import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isDomainError, serviceUnavailable } from '@strongroom/errors';
import { bounded, STATEMENT_TIMEOUT } from './bounded';
import { connectionError } from './connection-errors';
import type { TargetTls } from './target-tls';

export interface TargetRequest {
  url: URL;
  method: string;
  headers?: Record<string, string>;
  body?: string;
  /** Absent for http. */
  tls?: TargetTls;
  signal: AbortSignal;
  /** What messages call the secret's version, such as `AWSCURRENT`. */
  of: string;
}

export interface TargetResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Sends one request. Rejects when there is no answer, with unavailable, deadline-exceeded or cancelled; any status is an answer. Redirections are not followed. */
export type TargetHttp = (request: TargetRequest) => Promise<TargetResponse>;

/** Bytes of an answer that are read at most. */
const MAX_BODY = 4 * 1024 * 1024;

export const sendToTarget: TargetHttp = async ({ url, method, headers, body, tls, signal, of }) => {
  const where = url.host;
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  // A connection for each request: nothing stays open, and nothing is trusted for another secret's authority.
  const request = send(url, {
    method,
    agent: false,
    ...tls,
    headers: body === undefined ? headers : { ...headers, 'content-length': String(Buffer.byteLength(body)) },
  });
  const answer = new Promise<TargetResponse>((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (response) => {
      const parts: Buffer[] = [];
      let length = 0;
      response.on('data', (part: Buffer) => {
        parts.push(part);
        length += part.length;
        if (length > MAX_BODY) request.destroy(serviceUnavailable(`The answer of ${where} is longer than ${MAX_BODY} bytes.`));
      });
      response.once('error', reject);
      response.once('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)])),
          body: Buffer.concat(parts).toString(),
        }),
      );
    });
  });
  request.end(body);
  try {
    return await bounded(answer, {
      signal,
      milliseconds: STATEMENT_TIMEOUT,
      what: `The answer of ${where}`,
      giveUp: () => request.destroy(),
    });
  } catch (error) {
    throw isDomainError(error) ? error : connectionError(error, of);
  }
};
