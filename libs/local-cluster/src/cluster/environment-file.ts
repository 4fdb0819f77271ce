import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { writePrivateFile } from '../private-files';
import type { CertificateFiles } from '../pki/certificate-authority';
import { writeTrustFiles } from '../pki/trust-store';
import type { ClusterNames } from './service-environment';
import { GATEWAY_ADDRESS_VARIABLE, services } from './services';

const quote = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

export interface AdministratorAccess {
  certificate: CertificateFiles;
  /** Holds the access key. */
  credentialsFile: string;
}

/**
 * Writes the file that a shell sources to call a cluster as its administrator, with a new session token and an access key; mode
 * 0600. `addresses` has the services' addresses, each under the variable by which others find it.
 */
export async function writeEnvironmentFile(
  file: string,
  names: ClusterNames,
  addresses: Readonly<Record<string, string>>,
  { certificate, credentialsFile }: AdministratorAccess,
  more: Readonly<Record<string, string>> = {},
): Promise<void> {
  const { obtainSessionToken } = await import('./identity-calls');
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
  const gateway = addresses[GATEWAY_ADDRESS_VARIABLE];
  const all = { ...variables, ...(gateway && awsVariables(gateway, names, { certificate, credentialsFile })) };
  const lines = Object.entries(all).map(([name, value]) => `export ${name}=${quote(value)}`);
  // A profile or session of another account in the same shell would override the access key, or be sent with it.
  if (gateway) lines.unshift('unset AWS_PROFILE AWS_SESSION_TOKEN');
  writePrivateFile(file, `${lines.join('\n')}\n`);
}

/** The variables that AWS's own clients read. */
const awsVariables = (
  gateway: string,
  { region }: ClusterNames,
  { certificate, credentialsFile }: AdministratorAccess,
): Record<string, string> => {
  const { accessKeyId, secretAccessKey } = JSON.parse(readFileSync(credentialsFile, 'utf8')) as Record<string, string>;
  const trust = writeTrustFiles(dirname(certificate.caFile), certificate.caFile);
  return {
    AWS_ENDPOINT_URL: `https://${gateway}`,
    // Go's SDK uses the general one for all services except the one that gets a profile's role.
    AWS_ENDPOINT_URL_STS: `https://${gateway}`,
    AWS_ACCESS_KEY_ID: accessKeyId!,
    AWS_SECRET_ACCESS_KEY: secretAccessKey!,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_CA_BUNDLE: certificate.caFile,
    // Node's programs ignore AWS_CA_BUNDLE.
    NODE_EXTRA_CA_CERTS: certificate.caFile,
    // So do programs that use OpenSSL, rustls or Go's own TLS. They use this file and not the machine's, so it also has the
    // machine's CAs.
    SSL_CERT_FILE: trust.bundleFile,
    STRONGROOM_JAVA_TRUST_STORE: trust.javaTrustStoreFile,
  };
};
