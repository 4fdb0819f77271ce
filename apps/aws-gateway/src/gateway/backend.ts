import type { CallerReference, Refusal } from '@strongroom/contracts/strongroom/common/v1/common';
import * as identity from '@strongroom/contracts/strongroom/identity/v1/identity';
import * as keys from '@strongroom/contracts/strongroom/keys/v1/keys';
import * as secrets from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { internalServiceError } from '@strongroom/errors';
import type { ServiceClient, UnaryOptions } from '@strongroom/grpc-kit';
import { identityService, keyService, operationOf, secretsService, type Service, tokenService } from '@strongroom/methods';
import type { Fields } from '../model/message';
import type { Target } from '../operations/operation';

export interface BackendClients {
  secrets: ServiceClient<typeof secretsService>;
  keys: ServiceClient<typeof keyService>;
  identity: ServiceClient<typeof identityService>;
  tokens: ServiceClient<typeof tokenService>;
}
type Unary = (request: Fields, options: UnaryOptions) => Promise<Fields>;

/** The service of each target, and where its messages are generated. */
const targets: Record<Target, { service: Service; messages: Record<string, unknown> }> = {
  secrets: { service: secretsService, messages: secrets },
  keys: { service: keyService, messages: keys },
  identity: { service: identityService, messages: identity },
  tokens: { service: tokenService, messages: identity },
};

/**
 * The request of the method `strongroom.x.v1.Service/GetThing` is `GetThingRequest`: ts-proto spells methods otherwise where
 * there are capitals in a row.
 */
export function messageOf(
  target: Target,
  method: string,
  suffix: 'Request' | 'Response',
): { fromPartial(partial: Fields): Fields } {
  const { service, messages } = targets[target];
  return messages[`${operationOf(service.contract[method]!.path)}${suffix}`] as { fromPartial(partial: Fields): Fields };
}

/** What is longer is cut: the refusal travels in a header. Characters. */
const MAX_MESSAGE = 1_000;

export interface CallOptions {
  /** Epoch milliseconds. */
  deadline: number;
  requestId: string;
  /** Whose call it is; nobody's name where the request proves its caller by what is in it. */
  onBehalfOf: CallerReference;
}

/** The services behind the gateway, called by name. */
export class Backend {
  constructor(private readonly clients: BackendClients) {}

  /** @throws DomainError as the service sent it */
  call(target: Target, method: string, fields: Fields, options: CallOptions): Promise<Fields> {
    const client = this.clients[target] as unknown as Record<string, Unary>;
    const message = messageOf(target, method, 'Request');
    // AWS's clients repeat by themselves.
    return client[method]!(message.fromPartial(fields), { ...options, maxAttempts: 1 });
  }

  /**
   * Has the service of a method write the event of a request that is refused here. @throws DomainError this refusal, or what kept
   * the service from writing it
   */
  async refuse(target: Target, method: string, { reason, message }: Refusal, options: CallOptions): Promise<never> {
    const refusal = { reason, message: message.slice(0, MAX_MESSAGE) };
    await this.call(target, method, {}, { ...options, onBehalfOf: { ...options.onBehalfOf, refusal } });
    throw internalServiceError('a refused request was carried out');
  }
}
