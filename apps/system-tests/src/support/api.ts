import { readFileSync } from 'node:fs';
import {
  type CallOptions as GrpcCallOptions,
  type Client,
  type ClientUnaryCall,
  credentials,
  Metadata,
  type ServiceError,
} from '@grpc/grpc-js';
import * as audit from '@strongroom/contracts/strongroom/audit/v1/audit';
import * as identity from '@strongroom/contracts/strongroom/identity/v1/identity';
import * as keys from '@strongroom/contracts/strongroom/keys/v1/keys';
import * as rules from '@strongroom/contracts/strongroom/notification/v1/rules';
import * as rotation from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import * as keyDependents from '@strongroom/contracts/strongroom/secrets/v1/key_dependents';
import * as secrets from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import * as usage from '@strongroom/contracts/strongroom/usage/v1/usage';
import type { DomainError } from '@strongroom/errors';
import { fromStatus, targetOf } from '@strongroom/grpc-kit';
import type { CertificateFiles, ReachableCluster, ServiceName } from '@strongroom/local-cluster';

/** What a caller shows: a client certificate, a bearer token, both or neither. */
export interface Credentials {
  certificate?: CertificateFiles;
  token?: string;
}

type Unary<Req, Res> = (
  request: Req,
  metadata: Metadata,
  options: Partial<GrpcCallOptions>,
  callback: (error: ServiceError | null, response: Res) => void,
) => ClientUnaryCall;

/** The unary methods of a generated client as promises; requests may leave fields out. */
export type Calls<C extends Client> = {
  [M in Exclude<keyof C, keyof Client> as C[M] extends Unary<infer _Q, infer _S> ? M : never]: C[M] extends Unary<
    infer Req,
    infer Res
  >
    ? (request?: secrets.DeepPartial<Req>, options?: { timeoutMs?: number }) => Traced<Res>
    : never;
};

/** A call under way: its answer, and beside it the id under which the server knows the call. */
export type Traced<Res> = Promise<Res> & { requestId: Promise<string> };

interface MessageModule {
  [name: string]: unknown;
}

const CALL_TIMEOUT_MS = 10_000;

/** One attempt, nothing repeated: tests see what the service said. Rejects with the DomainError that was sent. */
const invoke = <Res>(client: Client, method: string, request: unknown, token: string | undefined, timeoutMs: number) => {
  const metadata = new Metadata();
  if (token !== undefined) metadata.set('authorization', `Bearer ${token}`);
  let named: (id: string) => void;
  const requestId = new Promise<string>((resolve) => (named = resolve));
  const answer = new Promise<Res>((resolve, reject) => {
    const unary = (client as unknown as Record<string, Unary<unknown, Res>>)[method]!;
    const call = unary.call(client, request, metadata, { deadline: Date.now() + timeoutMs }, (error, response) => {
      if (error) {
        named(String(error.metadata?.get('x-request-id')[0] ?? ''));
        reject(fromStatus(error));
      } else resolve(response);
    });
    call.on('metadata', (received) => named(String(received.get('x-request-id')[0] ?? '')));
  });
  return Object.assign(answer, { requestId }) as Traced<Res>;
};

/** By ts-proto's own names: the method `getSecretValue` takes the message `GetSecretValueRequest`. */
const promising = <C extends Client>(client: C, messages: MessageModule, token?: string): Calls<C> =>
  new Proxy({} as Calls<C>, {
    get: (_target, method: string) => {
      const message = messages[`${method[0]!.toUpperCase()}${method.slice(1)}Request`] as
        | { fromPartial(partial: unknown): unknown }
        | undefined;
      if (!message) return undefined;
      return (request: unknown = {}, { timeoutMs = CALL_TIMEOUT_MS } = {}) =>
        invoke(client, method, message.fromPartial(request), token, timeoutMs);
    },
  });

const channelOptions = {
  'grpc.enable_http_proxy': 0,
  'grpc.use_local_subchannel_pool': 1,
  'grpc.initial_reconnect_backoff_ms': 50,
  'grpc.max_reconnect_backoff_ms': 200,
  'grpc.max_receive_message_length': 16 << 20,
};

/** All services of a cluster as one caller sees them. */
export class Api {
  readonly secrets: Calls<secrets.SecretsServiceClient>;
  readonly keyDependents: Calls<keyDependents.KeyDependentsServiceClient>;
  readonly keys: Calls<keys.KeyServiceClient>;
  readonly identity: Calls<identity.IdentityServiceClient>;
  readonly tokens: Calls<identity.TokenServiceClient>;
  readonly directory: Calls<identity.PrincipalDirectoryServiceClient>;
  readonly audit: Calls<audit.AuditServiceClient>;
  readonly rotation: Calls<rotation.RotationServiceClient>;
  readonly rules: Calls<rules.RuleServiceClient>;
  readonly usage: Calls<usage.UsageServiceClient>;
  /** The generated clients of the streaming methods. */
  readonly raw: {
    audit: audit.AuditServiceClient;
    secrets: secrets.SecretsServiceClient;
    directory: identity.PrincipalDirectoryServiceClient;
    dataKeys: keys.DataKeyServiceClient;
  };
  private readonly clients: Client[] = [];

  constructor(
    readonly cluster: ReachableCluster,
    readonly credentials: Credentials,
    /** PEM of the authority that the caller believes; default the cluster's own. */
    ca: string | Buffer = readFileSync(cluster.adminCertificate.caFile),
  ) {
    const { certificate, token } = credentials;
    const ssl = certificate
      ? credentialsOf(ca, readFileSync(certificate.keyFile), readFileSync(certificate.certFile))
      : credentialsOf(ca);
    const at = <C extends Client>(
      Constructor: new (address: string, c: typeof ssl, options: object) => C,
      service: ServiceName,
    ): C => {
      const client = new Constructor(targetOf(cluster.endpoint(service)), ssl, channelOptions);
      this.clients.push(client);
      return client;
    };
    this.keyDependents = promising(at(keyDependents.KeyDependentsServiceClient, 'secrets-api'), keyDependents, token);
    this.keys = promising(at(keys.KeyServiceClient, 'crypto-keyservice'), keys, token);
    this.identity = promising(at(identity.IdentityServiceClient, 'identity-service'), identity, token);
    this.tokens = promising(at(identity.TokenServiceClient, 'identity-service'), identity, token);
    this.rotation = promising(at(rotation.RotationServiceClient, 'rotation-worker'), rotation, token);
    this.rules = promising(at(rules.RuleServiceClient, 'notification-service'), rules, token);
    this.usage = promising(at(usage.UsageServiceClient, 'usage-service'), usage, token);
    this.raw = {
      audit: at(audit.AuditServiceClient, 'audit-service'),
      secrets: at(secrets.SecretsServiceClient, 'secrets-api'),
      directory: at(identity.PrincipalDirectoryServiceClient, 'identity-service'),
      dataKeys: at(keys.DataKeyServiceClient, 'crypto-keyservice'),
    };
    this.secrets = promising(this.raw.secrets, secrets, token);
    this.directory = promising(this.raw.directory, identity, token);
    this.audit = promising(this.raw.audit, audit, token);
  }

  /** Metadata for the streaming methods. */
  get metadata(): Metadata {
    const metadata = new Metadata();
    if (this.credentials.token !== undefined) metadata.set('authorization', `Bearer ${this.credentials.token}`);
    return metadata;
  }

  close(): void {
    for (const client of this.clients) client.close();
  }
}

const credentialsOf = (ca: string | Buffer, key?: Buffer, certificate?: Buffer) =>
  credentials.createSsl(Buffer.from(ca), key ?? null, certificate ?? null);

/** What a call failed with; fails the test when it did not. */
export const failure = async (call: Promise<unknown>): Promise<DomainError> => {
  let answer: unknown;
  try {
    answer = await call;
  } catch (error) {
    return error as DomainError;
  }
  throw new Error(`the call succeeded, with fields ${Object.keys(answer as object).join(', ')}`);
};

/** `kind reason` of what a call ended with; `ok` when it succeeded. */
export const outcome = async (call: Promise<unknown>): Promise<string> => {
  try {
    await call;
    return 'ok';
  } catch (error) {
    const { kind, reason } = error as DomainError;
    return kind === undefined ? String(error) : `${kind} ${reason}`;
  }
};
