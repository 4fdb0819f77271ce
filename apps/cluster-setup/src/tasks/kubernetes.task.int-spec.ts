import { X509Certificate } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { serviceNames, services } from '@strongroom/local-cluster';
import { temporaryDirectory } from '@strongroom/testing';
import { readConfig, type SetupConfig } from '../config';
import { KubernetesApi } from '../testing/kubernetes-api';
import { keepAdministrator, setUpInKubernetes } from './kubernetes.task';

const home = temporaryDirectory('kubernetes');
const inHome = (...path: string[]) => join(home.path, ...path);
let api: KubernetesApi;

/** Each pod of the set-up begins with empty folders. */
const configOfNewPod = (): SetupConfig => {
  for (const folder of ['state', 'volumes']) rmSync(inHome(folder), { recursive: true, force: true });
  return readConfig({
    STRONGROOM_STATE_DIRECTORY: inHome('state'),
    STRONGROOM_VOLUMES_DIRECTORY: inHome('volumes'),
    STRONGROOM_SERVICE_DOMAINS: 'vault.svc,vault.svc.cluster.local',
    STRONGROOM_SERVER_NAMES: 'secrets.example.com',
  });
};
const snapshot = () => Object.fromEntries([...api.stored.keys()].map((name) => [name, api.textsOf(name)]));

beforeEach(async () => {
  mkdirSync(inHome('account'), { recursive: true });
  api = await KubernetesApi.start(inHome('account'));
});
afterEach(() => api.stop());
afterAll(() => home.remove());

it('makes a Secret for each recipient, and one with the state', async () => {
  await setUpInKubernetes(configOfNewPod(), undefined, api.client());
  for (const name of serviceNames) {
    const { rootKeyFile, readsJournal } = services[name];
    expect(Object.keys(api.textsOf(`strongroom-${name}`)).sort()).toEqual(
      ['database.password', 'journal.key', ...(readsJournal ? ['journal.keys'] : []), 'redis.password']
        .concat(rootKeyFile ? ['root.key'] : [])
        .sort(),
    );
    expect(Object.keys(api.textsOf(`strongroom-${name}-migration`))).toEqual(['database.password']);
  }
  for (const name of [...serviceNames, 'aws-gateway', 'console', 'administrator']) {
    expect(api.stored.get(`strongroom-${name}-tls`)?.type).toBe('kubernetes.io/tls');
    expect(Object.keys(api.textsOf(`strongroom-${name}-tls`)).sort()).toEqual(['ca.crt', 'tls.crt', 'tls.key']);
  }
  expect(Object.keys(api.textsOf('strongroom-console'))).toEqual(['redis.password']);
  expect(api.textsOf('strongroom-redis')['users.acl']).toMatch(/^user default .*\nuser secrets-api /);
  expect([...api.stored.keys()].filter((name) => /mariadb|grafana/.test(name))).toEqual([]);
  // Operators of databases take a password as it is.
  expect(api.textsOf('strongroom-secrets-api')['database.password']).toMatch(/^[\w-]{32}$/);
});

it('makes certificates for the names by which Kubernetes knows a service', async () => {
  await setUpInKubernetes(configOfNewPod(), undefined, api.client());
  const { subjectAltName } = new X509Certificate(api.textsOf('strongroom-aws-gateway-tls')['tls.crt']!);
  expect(subjectAltName?.split(', ')).toEqual([
    'URI:spiffe://strongroom.local/service/aws-gateway',
    ...['localhost', 'aws-gateway', 'aws-gateway.vault.svc', 'aws-gateway.vault.svc.cluster.local', 'secrets.example.com'].map(
      (name) => `DNS:${name}`,
    ),
    'IP Address:127.0.0.1',
  ]);
});

it('makes nothing anew in a new pod, and hands out again what was lost', async () => {
  await setUpInKubernetes(configOfNewPod(), undefined, api.client());
  const before = snapshot();
  api.stored.delete('strongroom-crypto-keyservice');
  await setUpInKubernetes(configOfNewPod(), undefined, api.client());
  expect(snapshot()).toEqual(before);
});

it('leaves certificates to others', async () => {
  await setUpInKubernetes(configOfNewPod(), 'without-certificates', api.client());
  expect([...api.stored.keys()].filter((name) => name.endsWith('-tls'))).toEqual([]);
  expect(api.stored.has('strongroom-secrets-api')).toBe(true);
  await expect(setUpInKubernetes(configOfNewPod(), 'without-certificate', api.client())).rejects.toThrow('without-certificates');
});

it('hands nothing out when another set-up was faster', async () => {
  const slow = api.client();
  expect(await slow.read('strongroom-state')).toBeUndefined();
  await setUpInKubernetes(configOfNewPod(), undefined, api.client());
  const before = snapshot();
  await expect(slow.write('strongroom-state', { other: 'state' })).rejects.toThrow('another set-up runs');
  expect(snapshot()).toEqual(before);
});

it('keeps the access key of the first administrator', async () => {
  mkdirSync(inHome('bootstrapped'), { recursive: true });
  await keepAdministrator(configOfNewPod(), inHome('bootstrapped'), api.client());
  expect(api.stored.has('strongroom-administrator')).toBe(false);
  writeFileSync(inHome('bootstrapped', 'admin-credentials.json'), '{"accessKeyId":"AKIA"}\n');
  await keepAdministrator(configOfNewPod(), inHome('bootstrapped'), api.client());
  expect(api.textsOf('strongroom-administrator')).toEqual({ 'admin-credentials.json': '{"accessKeyId":"AKIA"}\n' });
});

it('says why Kubernetes refused', async () => {
  const client = api.client();
  writeFileSync(inHome('account', 'token'), 'wrong');
  await expect(client.read('strongroom-state')).rejects.toThrow('Kubernetes answered 401 to GET strongroom-state: Unauthorized');
});
