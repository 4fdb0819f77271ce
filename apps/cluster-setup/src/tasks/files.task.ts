import { existsSync, readFileSync, rmSync } from 'node:fs';
import { isIP } from 'node:net';
import {
  CertificateAuthority,
  groupMember,
  migrationUser,
  provideRootKeyFile,
  randomPassword,
  readOrCreatePrivateFile,
  REDIS_GROUP,
  RedisUsers,
  redisConfiguration,
  replicatedWrites,
  SENTINEL_USER,
  sentinelConfiguration,
  serviceCertificate,
  programNames,
  redisUserNames,
  serviceNames,
  services,
  userUri,
  type CertificateFiles,
  type CertificateRequest,
  type ProgramName,
} from '@strongroom/local-cluster';
import { REDIS_PORT, redisServers, SENTINEL_PORT, type SetupConfig } from '../config';
import { handOut, type Handout, openNodes } from '../volumes';
import { keepKind } from './kind';

/** The file with the password of Redis' default user, who may do everything. */
export const REDIS_ADMINISTRATOR = 'redis-administrator';

/** After an upgrade from a version without journal keys, its replicas may still run for this long. Milliseconds. */
const UNSIGNED_GRACE = 3_600_000;

/** A Redis that says nothing for so long is down for sentinels; a container starts again sooner. Milliseconds. */
const DOWN_AFTER = 5_000;

/**
 * Creates the CA, certificates, passwords and keys that are missing, renews certificates that expire soon and old Redis passwords
 * and journal keys, and gives all recipients their files. Everything else stays: what opens a root key is never replaced.
 */
export const makeFiles = async (config: SetupConfig): Promise<void> => handOutFiles(config, false);

/** As `makeFiles`, with new Redis passwords and journal keys; the previous ones stay valid until the next time. */
export const rotate = async (config: SetupConfig): Promise<void> => handOutFiles(config, true);

const handOutFiles = async (config: SetupConfig, rotateNow: boolean): Promise<void> => {
  const { layout, volumes, highAvailability } = config;
  keepKind(config);
  const authority = await CertificateAuthority.open(layout.pki);
  const passwordOf = (user: string) => line(readOrCreatePrivateFile(layout.passwordFile(user), randomPassword));
  const certificate = async (name: string, request: CertificateRequest) =>
    tlsFiles(await authority.issueFiles(layout.pki, name, request));

  const redisUsers = new RedisUsers(layout);
  // Every service knew it.
  const sharedPassword = layout.passwordFile('redis');
  redisUsers.provide(existsSync(sharedPassword) ? Date.now() + UNSIGNED_GRACE : 0, { rotate: rotateNow });
  rmSync(sharedPassword, { force: true });
  const contentOf = (path: string) => readFileSync(path, 'utf8');

  for (const program of programNames) {
    handOut(volumes, program, await certificate(program, serverCertificate(program, config)));
  }
  for (const user of redisUserNames) handOut(volumes, user, { 'redis.password': contentOf(layout.redisPasswordFile(user)) });
  for (const service of serviceNames) {
    const rootKey = layout.rootKeyFile(service);
    handOut(volumes, service, {
      'database.password': passwordOf(services[service].schema),
      'journal.key': contentOf(layout.journalKeyFile(service)),
      ...(services[service].readsJournal && { 'journal.keys': contentOf(layout.journalKeysFile) }),
      ...(rootKey && { 'root.key': line(await provideRootKeyFile(rootKey)) }),
    });
    handOut(volumes, `${service}-migration`, { 'database.password': passwordOf(migrationUser(service)) });
  }
  handOut(volumes, 'mariadb', { 'administrator.password': passwordOf('administrator') });
  const administrator = passwordOf(REDIS_ADMINISTRATOR);
  const group = highAvailability ? redisGroup(passwordOf) : undefined;
  const lines = [...redisUsers.configuration(administrator.trim()), ...(group?.lines ?? [])];
  handOut(volumes, 'redis', {
    'redis.conf': redisConfiguration('0.0.0.0', REDIS_PORT, '/data', lines),
    'administrator.password': administrator,
    ...group?.access,
  });
  if (group) {
    handOut(volumes, 'sentinel', { 'sentinel.conf': group.sentinel, ...group.access });
    for (const user of redisUserNames) handOut(volumes, user, group.access);
    openNodes(volumes);
  }
  handOut(volumes, 'grafana', { 'administrator.password': passwordOf('grafana-administrator') });
  handOut(volumes, 'administrator', await certificate('admin', { uri: userUri('admin') }));
};

/** A client certificate: certificate and key, PEM. It opens nothing until identity-service knows the URI. */
export const issueCertificate = async ({ layout }: SetupConfig, uri: string): Promise<string> => {
  const { certificate, key } = await (await CertificateAuthority.open(layout.pki)).issue({ uri });
  return `${certificate}${key}`;
};

/** What several servers of Redis and their sentinels need, and whoever asks the sentinels. */
const redisGroup = (passwordOf: (user: string) => string) => {
  const [replication, ofSentinels] = [passwordOf('redis-replication').trim(), passwordOf('redis-sentinel').trim()];
  const asked = passwordOf('sentinel');
  const { users, settings } = groupMember({ replication, sentinel: ofSentinels });
  return {
    lines: [...users, ...settings, ...replicatedWrites],
    sentinel: sentinelConfiguration({
      bind: '0.0.0.0',
      port: SENTINEL_PORT,
      directory: '/data',
      password: asked.trim(),
      group: {
        name: REDIS_GROUP,
        primary: { host: redisServers[0], port: REDIS_PORT },
        user: SENTINEL_USER,
        password: ofSentinels,
        quorum: 2,
        downAfterMs: DOWN_AFTER,
      },
      // A container has another address after each start.
      settings: ['sentinel resolve-hostnames yes', 'sentinel announce-hostnames yes'],
    }),
    access: { 'sentinel.password': asked },
  };
};

const line = (text: string) => `${text}\n`;

const tlsFiles = ({ caFile, certFile, keyFile }: CertificateFiles): Handout => ({
  'ca.crt': readFileSync(caFile, 'utf8'),
  'tls.crt': readFileSync(certFile, 'utf8'),
  'tls.key': readFileSync(keyFile, 'utf8'),
});

const serverCertificate = (program: ProgramName, { serverNames, serviceDomains }: SetupConfig): CertificateRequest => {
  const { uri, dnsNames = [], ipAddresses = [] } = serviceCertificate(program);
  const inDomains = serviceDomains.map((domain) => `${program}.${domain}`);
  return {
    uri,
    dnsNames: [...dnsNames, ...inDomains, ...serverNames.filter((name) => isIP(name) === 0)],
    ipAddresses: [...ipAddresses, ...serverNames.filter((name) => isIP(name) !== 0)],
  };
};
