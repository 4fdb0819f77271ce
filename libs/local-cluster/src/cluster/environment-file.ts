import { writePrivateFile } from '../private-files';
import { type CertificateFiles } from '../pki/certificate-authority';
import { type ClusterNames } from './service-environment';
import { services } from './services';

const quote = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

export interface AdministratorAccess {
  certificate: CertificateFiles;
  /** Holds the access key. */
  credentialsFile: string;
}

/**
 * Writes what a shell sources to call a cluster as its administrator, with a new session token; mode 0600. `addresses` are those of the
 * services, each under the variable by which the others find it.
 */
export const writeEnvironmentFile = async (
  file: string,
  names: ClusterNames,
  addresses: Readonly<Record<string, string>>,
  { certificate, credentialsFile }: AdministratorAccess,
  more: Readonly<Record<string, string>> = {},
): Promise<void> => {
  const { obtainSessionToken } = await import('./session-token');
  const variables: Record<string, string> = {
    ...more,
    STRONGROOM_ACCOUNT_ID: names.accountId,
    STRONGROOM_REGION: names.region,
    ...addresses,
    STRONGROOM_TLS_CA_FILE: certificate.caFile,
    STRONGROOM_TLS_CERT_FILE: certificate.certFile,
    STRONGROOM_TLS_KEY_FILE: certificate.keyFile,
    STRONGROOM_ADMIN_CREDENTIALS_FILE: credentialsFile,
    STRONGROOM_TOKEN: await obtainSessionToken(addresses[services['identity-service'].addressVariable]!, certificate),
  };
  const lines = Object.entries(variables).map(([name, value]) => `export ${name}=${quote(value)}`);
  writePrivateFile(file, `${lines.join('\n')}\n`);
};
