import type { WatchPrincipalsResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import type { ServiceClient } from '@strongroom/grpc-kit';
import type { principalDirectoryService } from '@strongroom/methods';
import type { PrincipalDirectory } from './principal-directory.port';

/** identity-service over gRPC. */
export function grpcPrincipalDirectory(client: ServiceClient<typeof principalDirectoryService>): PrincipalDirectory {
  return {
    watch(listener) {
      const stream = client.watchPrincipals();
      let open = true;
      const end = () => {
        if (!open) return;
        open = false;
        listener.ended();
      };
      stream.on('data', ({ event }: WatchPrincipalsResponse) => {
        if (!open) return;
        if (event?.$case === 'heartbeat') listener.heartbeat();
        else if (event?.$case === 'resolved') listener.resolved(event.value);
        else if (event?.$case === 'invalidated') listener.invalidated(event.value.all ? 'all' : event.value.subjects);
      });
      stream.on('error', end);
      stream.on('end', end);
      return {
        ask: (requestId, credential) => void stream.write({ requestId, credential }),
        close: () => {
          end();
          stream.cancel();
        },
      };
    },

    async resolve(credential, timeoutMs) {
      const { principal } = await client.resolvePrincipal({ credential }, { timeoutMs });
      return principal;
    },
  };
}
