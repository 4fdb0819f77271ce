import { readFileSync } from 'node:fs';
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import { SECOND } from '@strongroom/clock';
import { backoff } from '@strongroom/random';
import { CliError, usageError } from '../../../cli-error';
import { EXIT } from '../../../exit-code';

export interface ApiOptions {
  /** https, or http on this machine: requests carry a token. */
  address: string;
  /** The option or variable that gives the address, for messages. */
  addressFrom: string;
  /** A PEM file of CAs to trust in place of the machine's. */
  caFile?: string;
  /** Headers of every request, such as the token's. */
  headers?: Readonly<Record<string, string>>;
  /** Ends what is under way. */
  signal: AbortSignal;
  /** Connections at a time. Default 16. */
  connections?: number;
  /** Whether an answer, although its status does not say so, asks for the request to be repeated later. */
  isPassing?: (answer: ApiAnswer) => boolean;
}

export interface ApiRequest {
  method?: 'GET' | 'POST' | 'PUT';
  /** After the address. */
  path: string;
  query?: Readonly<Record<string, string | undefined>>;
  headers?: Readonly<Record<string, string>>;
  body?: string | Uint8Array;
}

export interface ApiAnswer {
  status: number;
  body: string;
}

const REQUEST_TIMEOUT = 30 * SECOND;
/** Bytes. A config of Doppler or a folder of Vault comes in one answer. */
const MAX_ANSWER = 64 * 1024 * 1024;
const MAX_ATTEMPTS = 8;
const MAX_WAIT = 60 * SECOND;
const BACKOFF = { first: 500, longest: 20 * SECOND };
const PASSING: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);
const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;

/**
 * Somebody else's HTTP API. Each request has a deadline; one that is answered with 429 or a passing fault is repeated, no sooner
 * than the server asks for. Redirects are not followed: the token is for this server alone.
 */
export class ApiClient {
  readonly origin: string;
  private readonly base: URL;
  private readonly agent: HttpAgent | HttpsAgent;

  /** @throws CliError if the address or the CA cannot be used */
  constructor(private readonly options: ApiOptions) {
    this.base = baseOf(options);
    this.origin = this.base.origin;
    const pool = { keepAlive: true, maxSockets: options.connections ?? 16 };
    this.agent = this.base.protocol === 'https:' ? new HttpsAgent({ ...pool, ca: caOf(options.caFile) }) : new HttpAgent(pool);
  }

  /**
   * @param request or what makes it, anew for each attempt: a signature holds for minutes
   * @throws CliError if there is no answer in the end, or only those that ask for patience
   */
  async send(request: ApiRequest | (() => Promise<ApiRequest>)): Promise<ApiAnswer> {
    for (let attempt = 0; ; attempt++) {
      const made = typeof request === 'function' ? await request() : request;
      const outcome = await this.once(made).catch((error: NodeJS.ErrnoException) => error);
      this.options.signal.throwIfAborted();
      if (!(outcome instanceof Error) && !this.isPassing(outcome)) return outcome;
      if (attempt + 1 >= MAX_ATTEMPTS || (outcome instanceof Error && isFinal(outcome))) throw this.unreachable(outcome);
      const asked = outcome instanceof Error ? 0 : outcome.retryAfter;
      await sleep(Math.min(MAX_WAIT, Math.max(asked, backoff(attempt, BACKOFF))), undefined, { signal: this.options.signal });
    }
  }

  close(): void {
    this.agent.destroy();
  }

  private isPassing(answer: ApiAnswer): boolean {
    return PASSING.has(answer.status) || (this.options.isPassing?.(answer) ?? false);
  }

  private once({ method = 'GET', path, query = {}, headers, body }: ApiRequest): Promise<ApiAnswer & { retryAfter: number }> {
    const url = new URL(`${this.base.pathname.replace(/\/$/, '')}${path}`, this.base);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const signal = AbortSignal.any([this.options.signal, AbortSignal.timeout(REQUEST_TIMEOUT)]);
    return new Promise((resolve, reject) => {
      const request = send(url, {
        method,
        agent: this.agent,
        signal,
        headers: {
          accept: 'application/json',
          ...this.options.headers,
          ...headers,
          ...(body !== undefined && { 'content-length': String(Buffer.byteLength(body)) }),
        },
      });
      request.once('error', reject);
      request.once('response', (response) => readBody(response, reject, resolve));
      request.end(body);
    });
  }

  private unreachable(outcome: Error | ApiAnswer): CliError {
    if (!(outcome instanceof Error)) {
      return new CliError(`${this.origin} answers with ${outcome.status}, also after ${MAX_ATTEMPTS} attempts.`, {
        exitCode: EXIT.unavailable,
      });
    }
    const { code, name } = outcome as NodeJS.ErrnoException;
    const why =
      name === 'AbortError' || name === 'TimeoutError'
        ? `no answer within ${REQUEST_TIMEOUT / SECOND} s`
        : (code ?? outcome.message);
    const isUntrusted = isFinal(outcome);
    return new CliError(`${this.origin} cannot be reached: ${why}.`, {
      exitCode: EXIT.unavailable,
      hint: isUntrusted ? 'Its certificate is not trusted: --ca names a file with the CA.' : undefined,
    });
  }
}

const readBody = (
  response: IncomingMessage,
  reject: (error: Error) => void,
  resolve: (answer: ApiAnswer & { retryAfter: number }) => void,
): void => {
  const parts: Buffer[] = [];
  let length = 0;
  response.on('data', (part: Buffer) => {
    parts.push(part);
    length += part.length;
    if (length > MAX_ANSWER) response.destroy(new Error(`an answer of more than ${MAX_ANSWER / 1024 / 1024} MiB`));
  });
  response.once('error', reject);
  response.once('end', () =>
    resolve({
      status: response.statusCode ?? 0,
      body: Buffer.concat(parts).toString(),
      retryAfter: retryAfterOf(response.headers['retry-after']),
    }),
  );
};

/** Milliseconds; the header has seconds or a date. */
export const retryAfterOf = (header: string | undefined, now = Date.now()): number => {
  if (header === undefined) return 0;
  const seconds = /^\d+$/.test(header) ? Number(header) * SECOND : Date.parse(header) - now;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : 0;
};

/** A certificate that is not trusted stays so. */
const isFinal = ({ code = '' }: NodeJS.ErrnoException): boolean =>
  /CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ALTNAME|ERR_SSL|ERR_TLS/.test(code) || code === 'ENOTFOUND';

const baseOf = ({ address, addressFrom }: ApiOptions): URL => {
  let url: URL;
  try {
    url = new URL(address);
  } catch {
    throw usageError(`${addressFrom} must be an address such as https://vault.example.com:8200.`);
  }
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && LOOPBACK.test(url.hostname))) {
    throw usageError(`${addressFrom} must be an https address, or http on this machine: a token would travel in the open.`);
  }
  if (url.username || url.password) throw usageError(`${addressFrom} must not hold a user or a password.`);
  return url;
};

export const caOf = (file: string | undefined): Buffer | undefined => {
  if (file === undefined) return undefined;
  try {
    return readFileSync(file);
  } catch (error) {
    throw usageError(`Cannot read the CA file ${file}: ${(error as NodeJS.ErrnoException).code}.`);
  }
};
