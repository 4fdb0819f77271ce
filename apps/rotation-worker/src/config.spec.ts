import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readConfig } from './config';

const directory = mkdtempSync(join(tmpdir(), 'rotation-config-'));
const passwordFile = join(directory, 'password');
writeFileSync(passwordFile, 'a-password\n', { mode: 0o600 });
const keyFile = join(directory, 'key');
writeFileSync(keyFile, `rotation-worker k1 ${Buffer.alloc(32, 1).toString('base64')}\n`, { mode: 0o600 });
afterAll(() => rmSync(directory, { recursive: true }));

const env = {
  STRONGROOM_LISTEN: '0.0.0.0:7400',
  STRONGROOM_METRICS_LISTEN: '0.0.0.0:7401',
  STRONGROOM_TLS_CA_FILE: 'ca',
  STRONGROOM_TLS_CERT_FILE: 'cert',
  STRONGROOM_TLS_KEY_FILE: 'key',
  STRONGROOM_DATABASE_HOST: 'mariadb',
  STRONGROOM_DATABASE_PORT: '3306',
  STRONGROOM_DATABASE_NAME: 'n',
  STRONGROOM_DATABASE_USER: 'u',
  STRONGROOM_DATABASE_PASSWORD_FILE: passwordFile,
  STRONGROOM_JOURNAL_KEY_FILE: keyFile,
  STRONGROOM_REDIS_HOST: 'redis',
  STRONGROOM_REDIS_PORT: '6379',
  STRONGROOM_IDENTITY_ADDRESS: 'dns:///identity-service:7400',
  STRONGROOM_SECRETS_API_ADDRESS: '10.0.0.1:7400,10.0.0.2:7400',
  STRONGROOM_AWS_GATEWAY_ADDRESS: '[::1]:7400',
};

it('knows the whole cluster, from which rotation keeps away', () => {
  const { egress } = readConfig({ ...env, STRONGROOM_CLUSTER_ENDPOINTS: 'secrets-api:7401,audit-service:7401' });
  expect(egress.cluster.map(({ host, port }) => `${host} ${port}`).sort()).toEqual(
    [
      '0.0.0.0 7400',
      '0.0.0.0 7401',
      '10.0.0.1 7400',
      '10.0.0.2 7400',
      '::1 7400',
      'audit-service 7401',
      'identity-service 7400',
      'mariadb 3306',
      'redis 6379',
      'secrets-api 7401',
    ].sort(),
  );
});

it('knows sentinels as part of the cluster', () => {
  const { STRONGROOM_REDIS_HOST: _, STRONGROOM_REDIS_PORT: __, ...others } = env;
  const sentinels = {
    STRONGROOM_REDIS_SENTINELS: 'sentinel-1:26379,sentinel-2:26379',
    STRONGROOM_REDIS_SENTINEL_GROUP: 'journal',
  };
  const { cluster } = readConfig({ ...others, ...sentinels }).egress;
  expect(cluster).toEqual(expect.arrayContaining([1, 2].map((i) => ({ host: `sentinel-${i}`, port: 26_379 }))));
  expect(cluster.map(({ host }) => host)).not.toContain('undefined');
});

it('keeps away from each node of the database', () => {
  const { egress } = readConfig({ ...env, STRONGROOM_DATABASE_HOST: 'db1,db2:3307' });
  const nodes = [
    { host: 'db1', port: 3_306 },
    { host: 'db2', port: 3_307 },
  ];
  expect(egress.cluster).toEqual(expect.arrayContaining(nodes));
});

it('does not start with rules that are none', () => {
  expect(() => readConfig({ ...env, STRONGROOM_ROTATION_EGRESS: 'permit all' })).toThrow(
    'STRONGROOM_ROTATION_EGRESS: "permit all" must be allow or deny',
  );
  expect(() => readConfig({ ...env, STRONGROOM_CLUSTER_ENDPOINTS: 'x' })).toThrow(
    'STRONGROOM_CLUSTER_ENDPOINTS: must be host:port',
  );
});
