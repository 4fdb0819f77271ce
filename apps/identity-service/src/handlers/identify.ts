import type { Around, CallContext, ServerOptions } from '@strongroom/grpc-kit';

export type Refused = NonNullable<ServerOptions<unknown>['onRefused']>;

/** Who makes the calls of one operation whose credential is in the request. */
export class Identified<Request, Who> {
  private readonly known = new WeakMap<object, Who>();

  constructor(private readonly operation: string) {}

  of(call: CallContext): Who {
    const who = this.known.get(call);
    if (who === undefined) throw new Error(`the caller of ${call.operation} was not identified`);
    return who;
  }

  /**
   * Finds out who calls. It stands before the auditing: who fails here is turned away at the door like everybody without a
   * credential, and can fill the journal no more than they can.
   */
  around(identify: (request: Request, call: CallContext) => Promise<Who>, refused: Refused): Around {
    return async (call, request, next) => {
      // A request that is none proves nothing; what comes of it is known already.
      if (call.operation !== this.operation || request === undefined) return next();
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
