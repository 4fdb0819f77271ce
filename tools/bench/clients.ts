import { CreateSecretRequest, SecretsServiceClient } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { callUnary, connect, type ConnectOptions } from '@strongroom/grpc-kit';
import type { LocalCluster } from '@strongroom/local-cluster';
import { nameOf, sampleValue } from './seeding';

/** A client of secrets-api as the administrator, or of what `others` name. */
export const connectTo = (cluster: LocalCluster, others: Partial<ConnectOptions> = {}): SecretsServiceClient =>
  connect(SecretsServiceClient, {
    address: cluster.endpoint('secrets-api'),
    tls: cluster.adminCertificate,
    service: 'bench',
    ...others,
  });

/** By RPC, because it creates the default key of the account. */
export const createFirstSecret = async (client: SecretsServiceClient): Promise<void> => {
  await callUnary(
    client.createSecret.bind(client),
    CreateSecretRequest.fromPartial({
      name: nameOf(0),
      value: { value: { $case: 'secretString', value: sampleValue(0) } },
    }),
  );
};
