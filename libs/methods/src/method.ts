/** Strongroom's services, as their certificates name them. */
export type ServiceName =
  | 'audit-service'
  | 'aws-gateway'
  | 'console'
  | 'crypto-keyservice'
  | 'identity-service'
  | 'rotation-worker'
  | 'secrets-api'
  | 'notification-service'
  | 'usage-service';

/** Who may call a method. */
export interface PeerRule {
  /**
   * `authenticated`: callers that `authenticate` accepts, and of services only the listed ones. `anyone`: without authentication.
   * `none`: only the listed services.
   */
  readonly callers: 'authenticated' | 'anyone' | 'none';
  /**
   * Services (by certificate) that may call. Under `authenticated` they are callers like others, and policies decide what they
   * may do; under `none` they call as themselves, and `call.caller` is undefined.
   */
  readonly services?: readonly ServiceName[];
  /**
   * Services (by certificate) that may name a caller in `strongroom-caller-bin` whom they have verified. The call then belongs to
   * that caller, with the address and the user agent that the service saw. Under `anyone` the name may be empty. From all others
   * that header is refused.
   */
  readonly onBehalf?: readonly ServiceName[];
  /** The most streams of the method that one caller may have open. Default: `streamsOfCaller` of `@strongroom/bounds`. */
  readonly maxStreams?: number;
  /** The same for all callers together. Default: `streamsOfMethod` of `@strongroom/bounds`. */
  readonly maxStreamsOfAll?: number;
}

/** Where people and AWS's clients prove who they are: these call on behalf of them what AWS has operations for. */
export const frontDoors = ['aws-gateway', 'console'] as const satisfies readonly ServiceName[];
/** AWS has no operation for the rest, so aws-gateway does not call it. People see and do it in the console. */
export const consoleOnly = ['console'] as const satisfies readonly ServiceName[];

/** CloudTrail's names of the services that events come from. */
export type EventSource =
  | 'cloudtrail.amazonaws.com'
  | 'iam.amazonaws.com'
  | 'kms.amazonaws.com'
  | 'lambda.amazonaws.com'
  | 'monitoring.amazonaws.com'
  | 'secretsmanager.amazonaws.com'
  | 'signin.amazonaws.com'
  | 'sts.amazonaws.com'
  | 'events.amazonaws.com'
  | 'budgets.amazonaws.com'
  | 'sns.amazonaws.com'
  | 'ce.amazonaws.com'
  | 'pricing.amazonaws.com';

/** All that is said about a method, beside its messages. */
export interface Method<Request = never> extends PeerRule {
  /** It changes nothing; as in CloudTrail, using a key counts as that. */
  readonly readOnly: boolean;
  /**
   * Whether a client may send the same request again if it does not know how the first one ended; a function if that depends on
   * the request.
   */
  readonly idempotent: boolean | ((request: Request) => boolean);
  /** false: its calls leave no event, because the events of the calls behind them suffice. Refused calls leave one always. */
  readonly audited: boolean;
  /** Its name in the trail. Default: its own. */
  readonly eventName?: string;
  /** Default: the service's. */
  readonly eventSource?: EventSource;
}

/** What changes nothing. */
export const read = { readOnly: true, idempotent: true, audited: true } as const;
/** What does something else the second time, or fails. */
export const change = { readOnly: false, idempotent: false, audited: true } as const;

/** A method of ts-proto's `XxxServiceService`. */
export interface ContractMethod {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
  readonly requestSerialize: (request: never) => Buffer;
  readonly requestDeserialize: (bytes: Buffer) => unknown;
  readonly responseDeserialize: (bytes: Buffer) => unknown;
}
export type Contract = Readonly<Record<string, ContractMethod>>;
export type RequestOf<M extends ContractMethod> = ReturnType<M['requestDeserialize']>;
export type ResponseOf<M extends ContractMethod> = ReturnType<M['responseDeserialize']>;

/** A line for each method of a contract. */
export type MethodsOf<C extends Contract> = { readonly [Name in keyof C]: Method<RequestOf<C[Name]>> };

/** The table of one service. */
export interface Service<C extends Contract = Contract, Methods = Readonly<Record<string, Method>>> {
  readonly contract: C;
  /** Where its events come from, unless a method says otherwise; also those of calls that it refuses. */
  readonly eventSource: EventSource;
  readonly methods: Methods;
}

/**
 * A table that does not compile if a method of the contract is missing, or one is there that the contract does not have. It is a
 * table of docs/methods.md, which
 * `STRONGROOM_WRITE_METHODS=1 npx jest --config tools/jest.config.cjs tools/page-tables --selectProjects unit` writes.
 */
export function describeService<C extends Contract, const Methods extends MethodsOf<C>>(
  contract: C,
  eventSource: EventSource,
  methods: Methods & Readonly<Record<Exclude<keyof Methods, keyof C>, never>>,
): Service<C, Methods> {
  return { contract, eventSource, methods };
}

/** Whether the request may be sent again if it is not known what came of it. */
export function isIdempotent({ idempotent }: Method, request: unknown): boolean {
  return typeof idempotent === 'function' ? idempotent(request as never) : idempotent;
}
