import type { LocalCluster } from '@strongroom/local-cluster';
import type { Credentials } from './api';

/** The variables with which the command line calls a cluster as somebody. */
export const environmentOf = (cluster: LocalCluster, { certificate, token }: Credentials): Record<string, string> => ({
  STRONGROOM_REGION: cluster.region,
  STRONGROOM_SECRETS_API_ADDRESS: cluster.endpoint('secrets-api'),
  STRONGROOM_KEYSERVICE_ADDRESS: cluster.endpoint('crypto-keyservice'),
  STRONGROOM_IDENTITY_ADDRESS: cluster.endpoint('identity-service'),
  STRONGROOM_ROTATION_ADDRESS: cluster.endpoint('rotation-worker'),
  STRONGROOM_AUDIT_ADDRESS: cluster.endpoint('audit-service'),
  STRONGROOM_AWS_GATEWAY_ADDRESS: cluster.endpoint('aws-gateway'),
  STRONGROOM_TLS_CA_FILE: cluster.adminCertificate.caFile,
  ...(certificate && { STRONGROOM_TLS_CERT_FILE: certificate.certFile, STRONGROOM_TLS_KEY_FILE: certificate.keyFile }),
  ...(token !== undefined && { STRONGROOM_TOKEN: token }),
});
