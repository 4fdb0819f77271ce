import type { Environment } from '@strongroom/config';
import { connectTo, type ServiceClient } from '@strongroom/grpc-kit';
import {
  alarmService,
  auditService,
  deliveryService,
  identityService,
  keyDependentsService,
  keyService,
  rotationService,
  ruleService,
  secretsService,
  type Service,
  tokenService,
  topicService,
  usageService,
  webhookService,
} from '@strongroom/methods';
import { type AlarmsCalls, alarmsCalls } from './alarms.calls';
import { type AuditCalls, auditCalls } from './audit.calls';
import { CallInvoker } from './call-invoker';
import { type Addresses, type ClientOptions, optionsFromEnvironment } from './client-options';
import { type DeliveriesCalls, deliveriesCalls } from './deliveries.calls';
import { type IdentityCalls, identityCalls, type TokenCalls, tokenCalls } from './identity.calls';
import { type KeyDependentsCalls, keyDependentsCalls } from './key-dependents.calls';
import { type KeysCalls, keysCalls } from './keys.calls';
import { type RotationCalls, rotationCalls } from './rotation.calls';
import { type RulesCalls, rulesCalls } from './rules.calls';
import { type SecretsCalls, secretsCalls } from './secrets.calls';
import { TokenSource } from './token-source';
import { type TopicsCalls, topicsCalls } from './topics.calls';
import { type UsageCalls, usageCalls } from './usage.calls';
import { type WebhooksCalls, webhooksCalls } from './webhooks.calls';

const DEFAULT_TIMEOUT_MS = 10_000;
const DEFAULT_MAX_ATTEMPTS = 8;

/**
 * Strongroom as one caller sees it. A connection is made on the first call to a service, and kept; one client for a process is
 * enough. Calls reject with the classes of `errors.ts`.
 *
 *     const strongroom = StrongroomClient.fromEnvironment();
 *     const { secretString } = await strongroom.secrets.getSecretValue({ secretId: 'production/orders-db' });
 */
export class StrongroomClient {
  private readonly invoker: CallInvoker;
  private readonly connections: { close(): void }[] = [];
  private readonly services = new Map<string, unknown>();
  private closed = false;

  constructor(private readonly options: ClientOptions) {
    this.invoker = new CallInvoker({
      timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      maxAttempts: options.maxAttempts ?? DEFAULT_MAX_ATTEMPTS,
      token: options.token === undefined ? undefined : new TokenSource(options.token),
    });
  }

  /**
   * Reads the variables that `.strongroom/env` exports: STRONGROOM_…_ADDRESS, STRONGROOM_TLS_…_FILE, STRONGROOM_TOKEN. `options`
   * override them.
   */
  static fromEnvironment(options: Partial<ClientOptions> = {}, env: Environment = process.env): StrongroomClient {
    return new StrongroomClient({ ...optionsFromEnvironment(env), ...options });
  }

  get secrets(): SecretsCalls {
    return this.service('secrets', 'secrets', secretsService, secretsCalls);
  }

  get keys(): KeysCalls {
    return this.service('keys', 'keys', keyService, keysCalls);
  }

  get keyDependents(): KeyDependentsCalls {
    return this.service('keyDependents', 'secrets', keyDependentsService, keyDependentsCalls);
  }

  get identity(): IdentityCalls {
    return this.service('identity', 'identity', identityService, identityCalls);
  }

  get tokens(): TokenCalls {
    return this.service('tokens', 'identity', tokenService, tokenCalls);
  }

  get audit(): AuditCalls {
    return this.service('audit', 'audit', auditService, auditCalls);
  }

  get rotation(): RotationCalls {
    return this.service('rotation', 'rotation', rotationService, rotationCalls);
  }

  get alarms(): AlarmsCalls {
    return this.service('alarms', 'notification', alarmService, alarmsCalls);
  }

  get rules(): RulesCalls {
    return this.service('rules', 'notification', ruleService, rulesCalls);
  }

  get webhooks(): WebhooksCalls {
    return this.service('webhooks', 'notification', webhookService, webhooksCalls);
  }

  get deliveries(): DeliveriesCalls {
    return this.service('deliveries', 'notification', deliveryService, deliveriesCalls);
  }

  get topics(): TopicsCalls {
    return this.service('topics', 'notification', topicService, topicsCalls);
  }

  get usage(): UsageCalls {
    return this.service('usage', 'usage', usageService, usageCalls);
  }

  /** Closes all connections. Calls in progress may still finish; new ones reject. */
  close(): void {
    this.closed = true;
    for (const connection of this.connections.splice(0)) connection.close();
  }

  private service<S extends Service, Calls>(
    name: string,
    at: keyof Addresses,
    service: S,
    callsOf: (client: ServiceClient<S>, invoker: CallInvoker) => Calls,
  ): Calls {
    const known = this.services.get(name) as Calls | undefined;
    if (known !== undefined) return known;
    if (this.closed) throw new Error('this client is closed');
    const { addresses, tls, name: ownName = 'client' } = this.options;
    const address = addresses[at];
    if (address === undefined) throw new Error(`this client has no address of ${at}: set addresses.${at}`);
    const client = connectTo(service, { address, tls, service: ownName, patienceMs: Infinity });
    this.connections.push(client);
    const calls = callsOf(client, this.invoker);
    this.services.set(name, calls);
    return calls;
  }
}
