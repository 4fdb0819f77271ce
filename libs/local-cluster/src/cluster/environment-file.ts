import { writePrivateFile } from '../private-files';
import { type CertificateFiles } from '../pki/certificate-authority';
import { type ClusterLayout } from './cluster-layout';
import { serviceAddresses, type ClusterNames } from './service-environment';

const quote = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/** Writes what a shell sources to call the cluster as its administrator; mode 0600, for it holds a session token. */
export const writeEnvironmentFile = (
  layout: ClusterLayout,
  names: ClusterNames,
  administrator: CertificateFiles,
  token: string,
): void => {
  const variables: Record<string, string> = {
    STRONGROOM_HOME: layout.home,
    STRONGROOM_BASE_PORT: `${layout.basePort}`,
    STRONGROOM_ACCOUNT_ID: names.accountId,
    STRONGROOM_REGION: names.region,
    ...serviceAddresses(layout),
    STRONGROOM_TLS_CA_FILE: administrator.caFile,
    STRONGROOM_TLS_CERT_FILE: administrator.certFile,
    STRONGROOM_TLS_KEY_FILE: administrator.keyFile,
    STRONGROOM_ADMIN_CREDENTIALS_FILE: layout.adminCredentialsFile,
    STRONGROOM_TOKEN: token,
  };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}`);
  writePrivateFile(layout.environmentFile, `${lines.join('\n')}\n`);
};
