import { readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import {
  CertificateAuthority,
  migrationUser,
  randomPassword,
  randomRootKey,
  readOrCreatePrivateFile,
  redisConfiguration,
  serviceCertificate,
  programNames,
  serviceNames,
  services,
  userUri,
  type CertificateFiles,
  type CertificateRequest,
  type ProgramName,
} from '@strongroom/local-cluster';
import { type SetupConfig } from '../config';
import { handOut, type Handout } from '../volumes';

/**
 * Makes the authority, certificates, passwords and root keys that are missing, renews certificates that end soon, and hands everybody
 * their part. What exists stays as it is: a root key is never made anew.
 */
export const makeFiles = async (config: SetupConfig): Promise<void> => {
  const { layout, volumes } = config;
  const authority = await CertificateAuthority.open(layout.pki);
  const passwordOf = (user: string) => line(readOrCreatePrivateFile(layout.passwordFile(user), randomPassword));
  const certificate = async (name: string, request: CertificateRequest) =>
    tlsFiles(await authority.issueFiles(layout.pki, name, request));

  for (const program of programNames) {
    handOut(volumes, program, await certificate(program, serverCertificate(program, config)));
  }
  for (const service of serviceNames) {
    const rootKey = layout.rootKeyFile(service);
    handOut(volumes, service, {
      'database.password': passwordOf(services[service].schema),
      'redis.password': passwordOf('redis'),
      ...(rootKey && { 'root.key': line(readOrCreatePrivateFile(rootKey, randomRootKey)) }),
    });
    handOut(volumes, `${service}-migration`, { 'database.password': passwordOf(migrationUser(service)) });
  }
  handOut(volumes, 'mariadb', { 'administrator.password': passwordOf('administrator') });
  handOut(volumes, 'redis', {
    'redis.conf': redisConfiguration('0.0.0.0', 6379, '/data', passwordOf('redis').trim()),
    'redis.password': passwordOf('redis'),
  });
  handOut(volumes, 'administrator', await certificate('admin', { uri: userUri('admin') }));
};

/** A client certificate for somebody: certificate and key, PEM. It opens nothing until identity-service knows the URI. */
export const issueCertificate = async ({ layout }: SetupConfig, uri: string): Promise<string> => {
  const { certificate, key } = await (await CertificateAuthority.open(layout.pki)).issue({ uri });
  return `${certificate}${key}`;
};

const line = (text: string) => `${text}\n`;

const tlsFiles = ({ caFile, certFile, keyFile }: CertificateFiles): Handout => ({
  'ca.crt': readFileSync(caFile, 'utf8'),
  'tls.crt': readFileSync(certFile, 'utf8'),
  'tls.key': readFileSync(keyFile, 'utf8'),
});

const serverCertificate = (program: ProgramName, { serverNames }: SetupConfig): CertificateRequest => {
  const { uri, dnsNames = [], ipAddresses = [] } = serviceCertificate(program);
  return {
    uri,
    dnsNames: [...dnsNames, ...serverNames.filter((name) => isIP(name) === 0)],
    ipAddresses: [...ipAddresses, ...serverNames.filter((name) => isIP(name) !== 0)],
  };
};
