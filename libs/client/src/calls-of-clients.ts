import type { ServiceClient } from '@strongroom/grpc-kit';
import type { identityService, keyService, secretsService } from '@strongroom/methods';
import { CallInvoker } from './call-invoker';
import { identityCalls } from './identity.calls';
import { keysCalls } from './keys.calls';
import { secretsCalls } from './secrets.calls';

interface Clients {
  identity: ServiceClient<typeof identityService>;
  keys: ServiceClient<typeof keyService>;
  secrets: ServiceClient<typeof secretsService>;
}

/**
 * The calls of `StrongroomClient` on clients that are there already and say themselves who calls: for a service that calls on
 * behalf of others. Lists are read page by page; nothing is repeated.
 */
export const callsOfClients = ({ identity, keys, secrets }: Clients, { timeoutMs }: { timeoutMs: number }) => {
  const invoker = new CallInvoker({ timeoutMs, maxAttempts: 1 });
  return {
    identity: identityCalls(identity, invoker),
    keys: keysCalls(keys, invoker),
    secrets: secretsCalls(secrets, invoker),
  };
};
