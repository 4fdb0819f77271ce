import { isDomainError } from '@strongroom/errors';
import { type ServerStreamMethod, type UnaryMethod, callUnary, readStream } from '@strongroom/grpc-kit';
import { asStrongroomError } from './as-strongroom-error';
import type { TokenSource } from './token-source';

/** What a caller may say of one call. */
export interface CallOptions {
  /** Milliseconds that the call may take, repeats included. Default: the client's. */
  timeoutMs?: number;
  /** Cancels the call. */
  signal?: AbortSignal;
}

export interface CallerOptions {
  timeoutMs: number;
  maxAttempts: number;
  token?: TokenSource;
}

/** Makes calls as one caller: with its token, within the time, and with errors as classes. */
export class Caller {
  constructor(private readonly options: CallerOptions) {}

  async unary<Req, Res>(
    method: UnaryMethod<Req, Res>,
    request: Req,
    idempotent: boolean,
    options: CallOptions = {},
  ): Promise<Res> {
    const { maxAttempts, timeoutMs } = this.options;
    const deadline = Date.now() + (options.timeoutMs ?? timeoutMs);
    try {
      return await this.withToken(deadline, options.signal, (token) =>
        callUnary(method, request, { timeoutMs: deadline - Date.now(), signal: options.signal, token, idempotent, maxAttempts }),
      );
    } catch (error) {
      throw asStrongroomError(error);
    }
  }

  /** Without a deadline: it lives for as long as its reader goes on. */
  async *stream<Req, Res>(method: ServerStreamMethod<Req, Res>, request: Req, signal?: AbortSignal): AsyncGenerator<Res, void> {
    try {
      const token = await this.options.token?.get(Date.now() + this.options.timeoutMs, signal);
      yield* readStream(method, request, { signal, token, patienceMs: this.options.timeoutMs });
    } catch (error) {
      throw asStrongroomError(error);
    }
  }

  /** A call that was refused for its token did nothing, so it is repeated once with a new one, whatever it is. */
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
