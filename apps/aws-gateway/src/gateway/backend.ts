import * as audit from '@strongroom/contracts/strongroom/audit/v1/audit';
import type { CallerReference, Refusal } from '@strongroom/contracts/strongroom/common/v1/common';
import * as identity from '@strongroom/contracts/strongroom/identity/v1/identity';
import * as keys from '@strongroom/contracts/strongroom/keys/v1/keys';
import * as rules from '@strongroom/contracts/strongroom/notification/v1/rules';
import * as topics from '@strongroom/contracts/strongroom/notification/v1/topics';
import * as secrets from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { internalServiceError } from '@strongroom/errors';
import type { ServiceClient, UnaryOptions } from '@strongroom/grpc-kit';
import {
  auditService,
  identityService,
  keyService,
  operationOf,
  ruleService,
  secretsService,
  type Service,
  tokenService,
  topicService,
} from '@strongroom/methods';
import type { Fields } from '../model/message';
import type { Target } from '../operations/operation';

export interface BackendClients {
  secrets: ServiceClient<typeof secretsService>;
  keys: ServiceClient<typeof keyService>;
  identity: ServiceClient<typeof identityService>;
  rules: ServiceClient<typeof ruleService>;
  tokens: ServiceClient<typeof tokenService>;
  audit: ServiceClient<typeof auditService>;
  topics: ServiceClient<typeof topicService>;
}
type Unary = (request: Fields, options: UnaryOptions) => Promise<Fields>;

/** The service of each target, and the module that its messages are generated in. */
const targets: Record<Target, { service: Service; messages: Record<string, unknown> }> = {
  secrets: { service: secretsService, messages: secrets },
  keys: { service: keyService, messages: keys },
  identity: { service: identityService, messages: identity },
  rules: { service: ruleService, messages: rules },
  tokens: { service: tokenService, messages: identity },
  audit: { service: auditService, messages: audit },
  topics: { service: topicService, messages: topics },
};

/**
 * The request of the method `strongroom.x.v1.Service/GetThing` is `GetThingRequest`. The path gives the name, because ts-proto
 * changes the case of methods with several capitals in a row.
 */
export function messageOf(
  target: Target,
  method: string,
  suffix: 'Request' | 'Response',
): { fromPartial(partial: Fields): Fields } {
  const { service, messages } = targets[target];
  return messages[`${operationOf(service.contract[method]!.path)}${suffix}`] as { fromPartial(partial: Fields): Fields };
}

/** The most characters of a refusal; it travels in a header, so the rest is cut. */
const MAX_MESSAGE = 1_000;

export interface CallOptions {
  /** Epoch milliseconds. */
  deadline: number;
  requestId: string;
  /** The caller on whose behalf the call is made. Without a name if the request itself proves its caller. */
  onBehalfOf: CallerReference;
}

/** The services behind the gateway, called by name. */
export class Backend {
  /** By target and method. */
  private readonly requests = new Map<string, ReturnType<typeof messageOf>>();

  constructor(private readonly clients: BackendClients) {}

  /** @throws DomainError as the service sent it */
  call(target: Target, method: string, fields: Fields, options: CallOptions): Promise<Fields> {
    const client = this.clients[target] as unknown as Record<string, Unary>;
    const name = `${target} ${method}`;
    let request = this.requests.get(name);
    if (request === undefined) this.requests.set(name, (request = messageOf(target, method, 'Request')));
    // AWS's clients repeat calls by themselves.
    return client[method]!(request.fromPartial(fields), options);
  }

  /**
   * Makes the service of a method write the event of a request that is refused here.
   * @throws DomainError this refusal, or the error that kept the service from writing the event
   */
  async refuse(target: Target, method: string, { reason, message }: Refusal, options: CallOptions): Promise<never> {
    const refusal = { reason, message: message.slice(0, MAX_MESSAGE) };
    await this.call(target, method, {}, { ...options, onBehalfOf: { ...options.onBehalfOf, refusal } });
    throw internalServiceError('a refused request was carried out');
  }
}
