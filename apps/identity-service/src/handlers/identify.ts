import type { Around, CallContext, ServerOptions } from '@strongroom/grpc-kit';

export type Refused = NonNullable<ServerOptions<unknown>['onRefused']>;

/** The callers of one method whose credential is in the request. */
export class Identified<Request, Caller> {
  private readonly known = new WeakMap<object, Caller>();

  constructor(private readonly method: { readonly path: string; readonly requestDeserialize: (bytes: Buffer) => Request }) {}

  of(call: CallContext): Caller {
    const caller = this.known.get(call);
    if (caller === undefined) throw new Error(`the caller of ${call.operation} was not identified`);
    return caller;
  }

  /**
   * Identifies the caller before the call is audited. So a caller who fails here is refused like everybody without a credential,
   * and cannot fill the journal.
   */
  around(identify: (request: Request, call: CallContext) => Promise<Caller>, refused: Refused): Around {
    return async (call, request, next) => {
      // A request that cannot be decoded proves nothing. It will be refused anyway.
      if (call.method !== this.method.path || request === undefined) return next();
      try {
        this.known.set(call, await identify(request as Request, call));
      } catch (error) {
        await refused(call, error);
        throw error;
      }
      return next();
    };
  }
}
