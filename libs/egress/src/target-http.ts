import { request as httpRequest } from 'node:http';
import { isIP } from 'node:net';
import { isDomainError, serviceUnavailable } from '@strongroom/errors';
import { unreachable, type TargetNetwork } from './target-network';
import { bounded, STATEMENT_TIMEOUT } from './bounded';
import type { TargetTls } from './target-tls';

export interface TargetRequest {
  url: URL;
  method: string;
  headers?: Record<string, string>;
  body?: string;
  /** Absent for http. */
  tls?: TargetTls;
  signal: AbortSignal;
  /** What names the server in messages, such as `the fields "host" and "port" of AWSCURRENT`. */
  named: string;
  /** The time until the answer is complete, milliseconds. Default STATEMENT_TIMEOUT. */
  timeoutMs?: number;
  /** The most bytes of the answer that are read. Default 4 MiB. */
  maxBody?: number;
}

export interface TargetResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * Sends one request, over its own connection: nothing stays open, and no other secret's CA is trusted. Any status is an answer;
 * redirects are not followed. Rejects with TargetUnreachable if no answer comes, and with deadline-exceeded, cancelled or
 * unavailable if it is too late or too long.
 */
export type TargetHttp = (request: TargetRequest) => Promise<TargetResponse>;

const MAX_BODY = 4 * 1024 * 1024;

export const targetHttp =
  (network: TargetNetwork): TargetHttp =>
  async ({ url, method, headers, body, tls, signal, named, timeoutMs = STATEMENT_TIMEOUT, maxBody = MAX_BODY }) => {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
    const secure = url.protocol === 'https:';
    const target = { host, port: Number(url.port) || (secure ? 443 : 80), named };
    const servername = isIP(host) ? undefined : host;
    const socket = secure
      ? await network.openTls(target, { rejectUnauthorized: true, servername, ...tls }, signal)
      : await network.open(target, signal);
    const request = httpRequest({
      createConnection: () => socket,
      method,
      path: `${url.pathname}${url.search}`,
      headers: {
        ...headers,
        host: url.host,
        ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
      },
    });
    const answer = new Promise<TargetResponse>((resolve, reject) => {
      request.once('error', reject);
      request.once('response', (response) => {
        const parts: Buffer[] = [];
        let length = 0;
        response.on('data', (part: Buffer) => {
          parts.push(part);
          length += part.length;
          if (length > maxBody) request.destroy(serviceUnavailable(`The answer of ${url.host} is longer than ${maxBody} bytes.`));
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
    const giveUp = () => {
      request.destroy();
      socket.destroy();
    };
    request.end(body);
    try {
      return await bounded(answer, { signal, milliseconds: timeoutMs, what: `The answer of ${url.host}`, giveUp });
    } catch (error) {
      throw isDomainError(error) && error.kind === 'unavailable' ? error : unreachable(named, error);
    } finally {
      giveUp();
    }
  };
