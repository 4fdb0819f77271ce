import type { ServiceDefinition } from '@grpc/grpc-js';
import type { GRPC } from '@strongroom/bounds';
import type { PeerPolicy } from '@strongroom/methods';
import type { Logger, Metrics } from '@strongroom/telemetry';
import type { CallContext } from './call-context';
import type { Handler } from './handler';
import type { TlsFiles } from './tls';

/** What a caller offers to prove who it is. */
export interface Credential {
  /** The URI SAN of a verified client certificate. */
  readonly certificateUri?: string;
  /** From `authorization: Bearer …`. */
  readonly bearerToken?: string;
  /** Of a caller whom a service has verified, on whose behalf it calls: see `PeerRule.onBehalf`. */
  readonly credentialId?: string;
  /** That service. */
  readonly namedBy?: string;
}

/** A call before anybody knows who makes it. */
export type UnidentifiedCall = Omit<CallContext, 'caller'>;

/**
 * Runs around the handlers of all calls that were admitted, such as auditing. For streams, `next` resolves with undefined when
 * they end. Bidirectional streams have no `request`.
 */
export type Around<Caller = unknown> = (
  call: CallContext<Caller>,
  request: unknown,
  next: () => Promise<unknown>,
) => Promise<unknown>;

export interface ServedService {
  /** ts-proto's `XxxServiceService`. */
  readonly definition: ServiceDefinition;
  /** By method name as in the definition (`getSecretValue`): all of them. */
  readonly handlers: Readonly<Record<string, Handler>>;
}

export interface ServerOptions<Caller> {
  /** This service's name: the domain of the errors it sends. */
  service: string;
  /** `host:port`; port 0 takes a free one. */
  listen: string;
  tls: TlsFiles;
  trustDomain: string;
  services: readonly ServedService[];
  peerPolicy: PeerPolicy;
  /** Called only when there is a credential. @throws `unauthenticated` for a credential that proves nothing */
  authenticate(credential: Credential, call: UnidentifiedCall): Promise<Caller>;
  /** Whose share of the server a caller's calls take: its account. Default: each credential's own. */
  accountOf?(caller: Caller): string;
  /** Who may have so many streams of a method open. Default: each credential. */
  callerOf?(caller: Caller): string;
  /** The first is the outermost. */
  around?: readonly Around<Caller>[];
  /**
   * Called for calls that were not admitted (unauthenticated, or by the peer policy), and for callers' calls that no handler had.
   * The answer waits for it.
   */
  onRefused?(call: UnidentifiedCall, error: unknown): Promise<void> | void;
  logger: Logger;
  metrics: Metrics;
  /** Of a unary call, also of one that came without a deadline. Milliseconds. Default 30,000. */
  maxDeadlineMs?: number;
  /** Of what callers may make the server keep, where it is not as `@strongroom/bounds` says. */
  bounds?: Partial<typeof GRPC>;
  /** What may wait to be sent on one bidirectional stream. Default 16 MiB. */
  maxBufferedBytes?: number;
}

export interface RunningServer {
  readonly port: number;
  readonly health: {
    set(status: 'serving' | 'not-serving'): void;
    readonly isServing: boolean;
  };
  /**
   * Stops without dropping a call. It says NOT_SERVING, takes no more connections, ends streams with UNAVAILABLE so that their
   * clients go elsewhere, lets unary calls finish, and after `graceMs` ends by force what is left.
   */
  drain(graceMs: number): Promise<void>;
  /** Stops at once. */
  close(): Promise<void>;
}
