import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { programNames, serviceNames, services } from '@strongroom/local-cluster';
import { describeWith } from '@strongroom/testing';
import { parse } from 'yaml';
import { readConfig, SERVICE_FOLDER, SERVICE_PORT } from './config';
import { setUpInKubernetes } from './tasks/kubernetes.task';
import { projectRoot } from './testing/compose-file';
import {
  lint,
  podOf,
  readFacts,
  render,
  renderText,
  type Container,
  type Manifest,
  type Peer,
  type PodSpec,
  type PolicyRule,
} from './testing/helm-chart';
import { KubernetesApi } from './testing/kubernetes-api';

/** `npm run helm` puts them there; see docs/CONTRIBUTING.md. */
const schemas = join(projectRoot, 'dist/helm/schemas');

const secretKey = (secretName: string, key = 'ca.crt') => ({ secretName, key });
const login = (secretName: string) => ({ user: 'administrator', secretName, key: 'password' });

const sentinels = {
  'redis.sentinel': {
    hosts: ['sentinel-0.redis:26379', 'sentinel-1.redis:26380'],
    group: 'mymaster',
    servers: ['redis-0.redis:6379', 'redis-1.redis:6379'],
    user: 'strongroom',
    password: secretKey('sentinel', 'password'),
    ca: secretKey('sentinel-ca'),
  },
  'redis.ca': secretKey('redis-ca'),
  'redis.journalReplicas': 2,
};
const galera = { 'database.hosts': ['db-0.db', 'db-1.db:3307', 'db-2.db'], 'database.ca': secretKey('database-ca') };
const certManager = { 'certificates.from': 'cert-manager', 'certificates.issuer.name': 'authority', trustDomain: 'example.org' };
const everything = {
  ...galera,
  ...sentinels,
  'database.administrator': login('database-root'),
  'redis.administrator': secretKey('redis-root', 'password'),
  'image.registry': 'registry.example.com:5000',
  'image.pullSecrets': ['registry'],
  serverNames: ['secrets.example.com', '192.0.2.7'],
  'tracing.endpoint': 'http://collector.monitoring:4318',
  'networkPolicy.metrics': [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'monitoring' } } }],
  'networkPolicy.callers': [{ namespaceSelector: {} }],
  'defaults.autoscaling.enabled': true,
  'services.secrets-api.autoscaling': { by: 'callsInFlight', callsInFlight: 20 },
  'services.secrets-api.podAnnotations': { 'reloader.stakater.com/auto': 'true' },
  'services.crypto-keyservice': { rootKey: secretKey('root-key', 'keys'), egress: [{ ports: [{ port: 443 }] }] },
  'services.identity-service.environment': { STRONGROOM_OIDC_ISSUERS: 'https://id.example.com' },
  'services.console': { httpsSecret: 'console-https', filesSecret: 'console-files', priorityClassName: 'high' },
  'services.aws-gateway': { httpsSecret: 'gateway-https', outsideService: { type: 'LoadBalancer', port: 443 }, replicas: 3 },
  'serviceMonitor.enabled': true,
  'backup.enabled': true,
  'backup.claim': 'backups',
  'backup.database': login('backup-database'),
  'backup.redis': login('backup-redis'),
};
const variants: Record<string, object> = {
  'as the chart has them': {},
  'with everything': everything,
  'with cert-manager': certManager,
  'with sentinels and Galera': { ...galera, ...sentinels },
  'with Secrets of others': { 'secrets.from': 'existing', 'certificates.from': 'existing', 'networkPolicy.enabled': false },
};

const containersOf = ({ initContainers = [], containers }: PodSpec): Container[] => [...initContainers, ...containers];
const podsOf = (manifests: readonly Manifest[]) =>
  manifests.flatMap((manifest) => {
    const pod = podOf(manifest);
    return pod ? [{ name: `${manifest.kind} ${manifest.metadata.name}`, pod, manifest }] : [];
  });
const ofKind = (manifests: readonly Manifest[], kind: string) => manifests.filter((one) => one.kind === kind);
const environmentOf = (pod: PodSpec, name: string): Record<string, string> =>
  Object.fromEntries(
    containersOf(pod)
      .find((one) => one.name === name)!
      .env!.map((one) => [one.name, one.value]),
  );

describeWith('helm', 'the chart, rendered by helm', () => {
  describe.each(Object.entries(variants))('%s', (_, values) => {
    // Where helm is missing, nothing may be rendered before a test asks.
    const manifests = () => render(values);
    const pods = () => podsOf(manifests());

    it('passes helm lint', () => {
      expect(lint(values)).toContain('0 chart(s) failed');
    });

    it('gives no container a right that it does not need', () => {
      expect(pods().length).toBeGreaterThan(programNames.length);
      for (const { name, pod } of pods()) {
        expect([name, pod.automountServiceAccountToken, pod.securityContext]).toEqual([
          name,
          false,
          expect.objectContaining({ runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } }),
        ]);
        expect([pod.hostNetwork, pod.hostPID, pod.hostIPC]).toEqual([undefined, undefined, undefined]);
        const kinds = (pod.volumes ?? []).flatMap((volume) => Object.keys(volume).filter((key) => key !== 'name'));
        expect([
          name,
          kinds.filter((kind) => !['emptyDir', 'projected', 'configMap', 'persistentVolumeClaim'].includes(kind)),
        ]).toEqual([name, []]);
        for (const one of containersOf(pod)) {
          expect([name, one.name, one.securityContext]).toEqual([
            name,
            one.name,
            {
              allowPrivilegeEscalation: false,
              privileged: false,
              readOnlyRootFilesystem: true,
              runAsNonRoot: true,
              capabilities: { drop: ['ALL'] },
              seccompProfile: { type: 'RuntimeDefault' },
            },
          ]);
          const { limits = {}, requests = {} } = one.resources ?? {};
          expect([name, one.name, Object.keys(limits), Object.keys(requests)]).toEqual([
            name,
            one.name,
            ['cpu', 'memory'],
            ['cpu', 'memory'],
          ]);
          expect(one.image).toMatch(/^[\w.:/-]+:(?!latest$)[\w.-]+$/);
          // What is written must be memory, a claim, or where the process itself keeps something.
          for (const { name: volume } of one.volumeMounts ?? [])
            expect(pod.volumes!.map((known) => known.name)).toContain(volume);
        }
      }
    });

    it('gives a token to the set-up alone', () => {
      const withToken = pods().filter(({ pod }) =>
        (pod.volumes ?? []).some(({ projected }) => projected?.sources.some((source) => source.serviceAccountToken)),
      );
      const expected = 'secrets.from' in values ? [] : ['Job strongroom-administrator', 'Job strongroom-set-up'];
      expect(withToken.map(({ name }) => name).sort()).toEqual(expected);
      for (const { pod } of withToken) {
        const holders = containersOf(pod).filter((one) => one.volumeMounts!.some(({ name }) => name === 'token'));
        expect(holders.map(({ image }) => /strongroom\/([a-z-]+):/.exec(image)![1])).toEqual(['setup']);
      }
    });

    it('has a Deployment, a headless Service and a disruption budget for each service', () => {
      const headless = ofKind(manifests(), 'Service').filter(({ spec }) => (spec as { clusterIP?: string }).clusterIP === 'None');
      for (const kind of [ofKind(manifests(), 'Deployment'), headless, ofKind(manifests(), 'PodDisruptionBudget')])
        expect(kind.map(({ metadata }) => metadata.name).sort()).toEqual([...programNames].sort());
    });

    it('finds the pods of a service by the labels that they have', () => {
      for (const { metadata, spec } of ofKind(manifests(), 'Deployment')) {
        const { selector, template } = spec as unknown as {
          selector: { matchLabels: Record<string, string> };
          template: { metadata: { labels: Record<string, string> } };
        };
        expect(template.metadata.labels).toMatchObject(selector.matchLabels);
        const service = ofKind(manifests(), 'Service').find((one) => one.metadata.name === metadata.name)!;
        expect((service.spec as unknown as { selector: object }).selector).toEqual(selector.matchLabels);
      }
    });

    it('migrates what has a schema before it starts anything', () => {
      const migrations = ofKind(manifests(), 'Job').filter(({ metadata }) => metadata.name.endsWith('-migrate'));
      expect(migrations.map(({ metadata }) => metadata.name).sort()).toEqual(
        serviceNames.map((name) => `${name}-migrate`).sort(),
      );
      for (const { metadata } of migrations) expect(metadata.annotations!['helm.sh/hook']).toBe('pre-install,pre-upgrade');
    });
  });

  describe('its NetworkPolicies', () => {
    const facts = readFacts();
    const policyOf = (name: string) =>
      ofKind(render(everything), 'NetworkPolicy').find(({ metadata }) => metadata.name === name)!.spec as unknown as {
        ingress: PolicyRule[];
        egress: PolicyRule[];
      };
    const isFor = (name: string) => (peer: Peer) => peer.podSelector?.matchLabels['app.kubernetes.io/component'] === name;
    const isOpen = (rules: PolicyRule[], side: 'from' | 'to', other: string) =>
      rules.some((rule) => rule[side]?.some(isFor(other)) && rule.ports?.some(({ port }) => port === SERVICE_PORT));

    it('let a service call those that it must, and no other', () => {
      for (const caller of programNames) {
        for (const called of programNames) {
          const isNeeded = facts[caller]!.calls.includes(called);
          expect([caller, called, isOpen(policyOf(caller).egress, 'to', called)]).toEqual([caller, called, isNeeded]);
          expect([caller, called, isOpen(policyOf(called).ingress, 'from', caller)]).toEqual([caller, called, isNeeded]);
        }
      }
    });

    it('let nobody reach the database and Redis who has nothing there', () => {
      const mayReach = (port: number) =>
        programNames.filter((name) => policyOf(name).egress.some(({ ports }) => ports?.some((one) => one.port === port)));
      for (const port of [3306, 3307]) expect(mayReach(port)).toEqual(programNames.filter((name) => facts[name]!.schema));
      for (const port of [6379, 26379, 26380]) expect(mayReach(port)).toEqual(programNames.filter((name) => facts[name]!.redis));
    });

    it('let nobody out who needs it not', () => {
      const out = programNames.filter((name) => policyOf(name).egress.some(({ ports }) => !ports));
      expect(out).toEqual(programNames.filter((name) => facts[name]!.outside));
    });

    it('let nobody but services call services, unless somebody is named', () => {
      const [policy] = ofKind(render({}), 'NetworkPolicy').filter(({ metadata }) => metadata.name === 'crypto-keyservice');
      const { ingress } = policy!.spec as unknown as { ingress: PolicyRule[] };
      expect(ingress.flatMap(({ from = [] }) => from).filter(({ podSelector }) => !podSelector)).toEqual([]);
      expect(policyOf('crypto-keyservice').ingress[0]!.from).toContainEqual({ namespaceSelector: {} });
    });
  });

  it.each(['rotation-worker', 'notification-service'])('tells %s which servers it must not connect to for others', (name) => {
    const { pod } = podsOf(render(everything)).find((one) => one.name === `Deployment ${name}`)!;
    const told = Object.entries(environmentOf(pod, name)).flatMap(([variable, value]) =>
      /^STRONGROOM_(\w+_ADDRESS|CLUSTER_ENDPOINTS|REDIS_SENTINELS)$/.test(variable) ? value.split(',') : [],
    );
    const servers = programNames.flatMap((one) => [`${one}:${SERVICE_PORT}`, `${one}:${SERVICE_PORT + 1}`]);
    const stores = [...sentinels['redis.sentinel'].hosts, ...sentinels['redis.sentinel'].servers];
    expect(told.sort()).toEqual([...servers, ...stores, 'kubernetes.default.svc:443'].sort());
  });

  describe('the files', () => {
    let directory: string;
    let api: KubernetesApi;
    const manifests = () => render({ ...galera, ...sentinels, 'database.administrator': login('database-root') });
    const podOfName = (wanted: string) => podsOf(manifests()).find(({ name }) => name === wanted)!.pod;

    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), 'strongroom-helm-'));
      mkdirSync(join(directory, 'account'));
      api = await KubernetesApi.start(join(directory, 'account'));
      // Without its database, which is not there.
      const environment = Object.entries(environmentOf(podOfName('Job strongroom-set-up'), 'set-up')).filter(
        ([name]) => !/DATABASE|REDIS/.test(name),
      );
      const folders = {
        STRONGROOM_STATE_DIRECTORY: join(directory, 'state'),
        STRONGROOM_VOLUMES_DIRECTORY: join(directory, 'volumes'),
      };
      await setUpInKubernetes(readConfig({ ...Object.fromEntries(environment), ...folders }), undefined, api.client());
      const ca = api.textsOf('strongroom-console-tls')['ca.crt']!;
      for (const name of ['database-ca', 'redis-ca', 'sentinel-ca', 'sentinel', 'database-root']) {
        const data = { 'ca.crt': Buffer.from(ca).toString('base64'), password: Buffer.from('geheim').toString('base64') };
        api.stored.set(name, { type: 'Opaque', data, metadata: { name } });
      }
    });
    afterAll(async () => {
      await api.stop();
      rmSync(directory, { recursive: true, force: true });
    });

    /** What the container `hand-over` makes of the Secrets of a pod, in a folder of its own. */
    const handedOver = (name: string, pod: PodSpec): string => {
      const folder = join(directory, name.replace(' ', '-'));
      mkdirSync(folder, { recursive: true });
      const [secrets] = pod.volumes!.filter((volume) => volume.name === 'secrets');
      for (const { secret } of secrets!.projected!.sources) {
        const texts = api.textsOf(secret!.name);
        const items = secret!.items ?? Object.keys(texts).map((key) => ({ key, path: key }));
        for (const { key, path } of items) {
          expect([name, secret!.name, key, texts[key] !== undefined]).toEqual([name, secret!.name, key, true]);
          writeFileSync(join(folder, path), texts[key]!, { mode: 0o400 });
        }
      }
      return folder;
    };
    const environmentIn = (folder: string, pod: PodSpec, container: string) =>
      Object.fromEntries(
        Object.entries(environmentOf(pod, container)).map(([name, value]) => [
          name,
          value.startsWith(`${SERVICE_FOLDER}/`) ? join(folder, value.slice(SERVICE_FOLDER.length + 1)) : value,
        ]),
      );

    it.each(programNames)('let %s read its whole configuration', async (name) => {
      const pod = podOfName(`Deployment ${name}`);
      const environment = environmentIn(handedOver(name, pod), pod, name);
      const app = (await import(join(projectRoot, 'apps', name, 'src/config.ts'))) as { readConfig(env: object): unknown };
      expect(app.readConfig(environment)).toMatchObject({ listen: `0.0.0.0:${SERVICE_PORT}`, trustDomain: 'strongroom.local' });
      const files = Object.entries(environment).filter(([variable]) => variable.endsWith('_FILE'));
      expect(files.filter(([, path]) => !existsSync(path))).toEqual([]);
    });

    it('let each migration log in', () => {
      for (const name of serviceNames) {
        const pod = podOfName(`Job ${name}-migrate`);
        const environment = environmentIn(handedOver(`${name}-migrate`, pod), pod, 'migrate');
        const given = readFileSync(environment.STRONGROOM_MIGRATION_PASSWORD_FILE!, 'utf8');
        expect(given).toBe(api.textsOf(`strongroom-${name}-migration`)['database.password']);
        expect(environment.STRONGROOM_MIGRATION_USER).toBe(`${services[name].schema}_migration`);
      }
    });

    it('are in Secrets that the set-up may change', () => {
      const [role] = ofKind(manifests(), 'Role');
      const named = role!.rules!.flatMap(({ resourceNames = [] }) => resourceNames);
      const made = [...api.stored.keys()].filter((name) => name.startsWith('strongroom-'));
      expect([...made, 'strongroom-administrator'].sort()).toEqual(named);
    });
  });

  it('takes the values that docs/kubernetes.md has', () => {
    const page = readFileSync(join(projectRoot, 'docs/kubernetes.md'), 'utf8');
    const blocks = [...page.matchAll(/^```yaml\n# (?:values|strongroom\.yaml)[^]*?^```/gm)].map(([block]) =>
      block.replaceAll(/^```.*$/gm, ''),
    );
    expect(blocks.length).toBeGreaterThan(5);
    for (const block of blocks) expect(render(parse(block) as object).length).toBeGreaterThan(50);
  });

  it.each([
    [{ 'image.tag': 'latest' }, /image[./]tag/],
    [{ 'services.vault': {} }, /vault/],
    [{ 'services.secrets-api.replicas': 'two' }, /services[./]secrets-api[./]replicas/],
    [{ 'certificates.from': 'cert-manager' }, /certificates[./]issuer[./]name/],
    [{ 'database.password': 'geheim' }, /password/],
  ])('refuses %j, and names the field', (values, name) => {
    expect(() => renderText(values)).toThrow(name);
  });

  describeWith('kubeconform', 'according to kubeconform', () => {
    const versions = existsSync(schemas) ? readdirSync(schemas) : [];
    const cases = versions.flatMap((version) =>
      Object.entries(variants).map(([name, values]) => [version, name, values] as const),
    );

    if (cases.length === 0)
      it.skip('every manifest is one that Kubernetes takes (npm run helm has the schemas)', () => undefined);
    else
      it.each(cases)('every manifest is one that Kubernetes %s takes, %s', (version, _, values) => {
        const location = join(schemas, version, '{{ .ResourceKind }}{{ .KindSuffix }}.json');
        // Kinds of other projects have no schema there.
        const words = ['-strict', '-summary', '-skip=Certificate,ServiceMonitor', `-schema-location=${location}`];
        const summary = execFileSync('kubeconform', words, { input: renderText(values), encoding: 'utf8', stdio: 'pipe' });
        expect(summary).toMatch(/Valid: [1-9]\d+, Invalid: 0, Errors: 0/);
      });
  });
});
