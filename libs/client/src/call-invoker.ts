import { isDomainError } from '@strongroom/errors';
import type { StreamOptions, UnaryOptions } from '@strongroom/grpc-kit';
import { asStrongroomError } from './as-strongroom-error';
import type { TokenSource } from './token-source';

/** Options of one call. */
export interface CallOptions {
  /** The time that the call may take, including retries; milliseconds. Default: the client's. */
  timeoutMs?: number;
  /** Cancels the call. */
  signal?: AbortSignal;
}

export interface CallInvokerOptions {
  timeoutMs: number;
  maxAttempts: number;
  token?: TokenSource;
}

/** Makes the calls of one client: adds the token, keeps the deadline, and turns errors into classes. */
export class CallInvoker {
  constructor(private readonly options: CallInvokerOptions) {}

  async unary<Req, Res>(
    method: (request: Req, options: UnaryOptions) => Promise<Res>,
    request: Req,
    options: CallOptions = {},
  ): Promise<Res> {
    const { maxAttempts, timeoutMs } = this.options;
    const deadline = Date.now() + (options.timeoutMs ?? timeoutMs);
    try {
      return await this.withToken(deadline, options.signal, (token) =>
        method(request, { timeoutMs: deadline - Date.now(), signal: options.signal, token, maxAttempts }),
      );
    } catch (error) {
      throw asStrongroomError(error);
    }
  }

  /** Has no deadline: it lives as long as its reader continues. If it ends because of its token, the next one gets another. */
  async *stream<Req, Res>(
    method: (request: Req, options: StreamOptions & { renewInMs: number }) => AsyncIterable<Res>,
    request: Req,
    signal?: AbortSignal,
  ): AsyncGenerator<Res, void> {
    const { timeoutMs, token: source } = this.options;
    let token: string | undefined;
    try {
      token = await source?.get(Date.now() + timeoutMs, signal);
      yield* method(request, { signal, token, patienceMs: timeoutMs, renewInMs: source?.renewInMs ?? Infinity });
    } catch (error) {
      if (token !== undefined && isDomainError(error) && error.kind === 'unauthenticated') source?.forget(token);
      throw asStrongroomError(error);
    }
  }

  /** A call that was refused because of its token has done nothing, so any call is repeated once with a new token. */
  private async withToken<Res>(
    deadline: number,
    signal: AbortSignal | undefined,
    call: (token: string | undefined) => Promise<Res>,
  ): Promise<Res> {
    const source = this.options.token;
    if (source === undefined) return call(undefined);
    const token = await source.get(deadline, signal);
    try {
      return await call(token);
    } catch (error) {
      const refused = isDomainError(error) && error.kind === 'unauthenticated';
      if (!refused || !source.forget(token)) throw error;
      return call(await source.get(deadline, signal));
    }
  }
}
