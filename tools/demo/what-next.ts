import { relative } from 'node:path';
import { LocalCluster, type ReachableCluster } from '@strongroom/local-cluster';

/** What the reader can try now. */
export const whatNext = (cluster: ReachableCluster, secretName: string): string => {
  const environment = relative('', cluster.environmentFile) || cluster.environmentFile;
  const isLocal = cluster instanceof LocalCluster;
  const ended = isLocal ? '; npm stop ends it' : '';
  return `
The cluster runs on${ended}. What to try next, with grpcurl:

  source ${environment}          # endpoints, CA, the administrator's certificate and token

  ask() { grpcurl -cacert "$STRONGROOM_TLS_CA_FILE" -expand-headers -H 'authorization: Bearer \${STRONGROOM_TOKEN}' "$@"; }

  # every service lists what it offers
  ask "$STRONGROOM_SECRETS_API_ADDRESS" list

  # read the secret of this walkthrough
  ask -d '{"secret_id": "${secretName}"}' \\
    "$STRONGROOM_SECRETS_API_ADDRESS" strongroom.secrets.v1.SecretsService/GetSecretValue

  # who has read it?
  ask -d '{"filter": {"resource": "${secretName}", "event_name": "GetSecretValue"}}' \\
    "$STRONGROOM_AUDIT_ADDRESS" strongroom.audit.v1.AuditService/LookupEvents
${isLocal ? rotateAgain(secretName) : ''}
  From TypeScript: tools/demo/application.ts is a whole application of forty lines; docs/clients.md describes the client.`;
};

/** The shop's database runs as long as a cluster on this machine does. */
const rotateAgain = (secretName: string): string => `
  # change its password once more: the shop's database runs as long as the cluster
  ask -d '{"secret_id": "${secretName}"}' \\
    "$STRONGROOM_SECRETS_API_ADDRESS" strongroom.secrets.v1.SecretsService/RotateSecret

  # how did its rotations go?
  ask -d '{"secret_id": "${secretName}"}' \\
    "$STRONGROOM_ROTATION_ADDRESS" strongroom.rotation.v1.RotationService/ListRotationRuns
`;
