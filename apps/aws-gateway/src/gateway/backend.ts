import { type CallerReference } from '@strongroom/contracts/strongroom/common/v1/common';
import * as identity from '@strongroom/contracts/strongroom/identity/v1/identity';
import * as keys from '@strongroom/contracts/strongroom/keys/v1/keys';
import * as secrets from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { callUnary, type UnaryMethod } from '@strongroom/grpc-kit';
import { type Fields } from '../model/message';
import { type Target } from '../operations/operation';

/** The generated clients. */
export interface BackendClients {
  secrets: secrets.SecretsServiceClient;
  keys: keys.KeyServiceClient;
  identity: identity.IdentityServiceClient;
  tokens: identity.TokenServiceClient;
}

/** Where messages of each target are generated. */
const modules: Record<Target, Record<string, unknown>> = { secrets, keys, identity, tokens: identity };

interface CallOptions {
  /** Epoch milliseconds. */
  deadline: number;
  requestId: string;
  /** Whose call it is; undefined where the request proves its caller by what is in it. */
  onBehalfOf: CallerReference | undefined;
}

/** The services behind the gateway, called by name. */
export class Backend {
  constructor(private readonly clients: BackendClients) {}

  /** @throws DomainError as the service sent it */
  call(target: Target, method: string, fields: Fields, options: CallOptions): Promise<Fields> {
    const client = this.clients[target] as unknown as Record<string, UnaryMethod<unknown, Fields>>;
    const message = modules[target][`${method[0]!.toUpperCase()}${method.slice(1)}Request`] as {
      fromPartial(partial: Fields): unknown;
    };
    return callUnary(client[method]!.bind(client), message.fromPartial(fields), options);
  }
}
