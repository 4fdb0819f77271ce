import type { ServiceDefinition } from '@grpc/grpc-js';
import type { ContractMethod, Method, RequestOf, ResponseOf, Service } from '@strongroom/methods';
import type { BidiStreamHandler, ServerStreamHandler, UnaryHandler } from './handler';
import type { ServedService } from './server-options';

/** Who calls, by the rule of the method: nobody knows where the rule asks for nobody. */
type CallerOf<M extends Method, Caller> = {
  authenticated: Caller;
  anyone: Caller | undefined;
  none: undefined;
}[M['callers']];

type HandlerOf<C extends ContractMethod, Caller> = C['requestStream'] extends true
  ? BidiStreamHandler<RequestOf<C>, ResponseOf<C>, Caller>
  : C['responseStream'] extends true
    ? ServerStreamHandler<RequestOf<C>, ResponseOf<C>, Caller>
    : UnaryHandler<RequestOf<C>, ResponseOf<C>, Caller>;

/** A handler for each method of a service, with that method's own messages. */
export type HandlersOf<S extends Service, Caller> = {
  readonly [Name in keyof S['contract']]: HandlerOf<S['contract'][Name], CallerOf<S['methods'][Name & string], Caller>>;
};

/** A service with its table. */
export interface Served extends ServedService {
  readonly service: Service;
}

/** A service with what it does. `getSecretValue: describeSecret(…)` does not compile. */
export function served<S extends Service, Caller>(service: S, handlers: HandlersOf<S, Caller>): Served {
  return {
    service,
    definition: service.contract as unknown as ServiceDefinition,
    handlers,
  };
}
