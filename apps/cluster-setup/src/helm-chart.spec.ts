import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  addressVariableOf,
  CONSOLE,
  GATEWAY,
  isService,
  programNames,
  redisUserNames,
  services,
  type RedisUserName,
} from '@strongroom/local-cluster';
import fastify from 'fastify';
import { parse } from 'yaml';
import { SERVICE_PORT } from './config';
import { isTask, projectRoot, readComposeFile } from './testing/compose-file';
import { readFacts, readInChart, readTemplates } from './testing/helm-chart';

type Schema = Record<string, unknown> & { properties?: Record<string, Schema>; definitions?: Record<string, Schema> };

const facts = readFacts();
const templates = readTemplates();
const values = parse(readInChart('values.yaml')) as { services: object; image: { repository: string }; trustDomain: string };
const schema = JSON.parse(readInChart('values.schema.json')) as Schema;
const containers = Object.entries(readComposeFile().services);

describe('the chart', () => {
  it('has the version of the project', () => {
    const { version } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { version: string };
    expect(parse(readInChart('Chart.yaml'))).toMatchObject({ name: 'strongroom', version, appVersion: version });
  });

  it('runs the services that compose runs, from the same images', () => {
    const images = containers
      .filter(([, one]) => !isTask(one) && one.image.startsWith('strongroom/'))
      .map(([name, one]) => [name, one.image]);
    expect(images.map(([name]) => name).sort()).toEqual(Object.keys(facts).sort());
    expect(Object.keys(values.services).sort()).toEqual(Object.keys(facts).sort());
    for (const [name, image] of images) expect(image).toBe(`${values.image.repository}/${name}:local`);
    expect(containers.find(([name]) => name === 'setup')![1].image).toBe(`${values.image.repository}/setup:local`);
  });

  it.each(programNames)('describes %s as the rest of the project does', (name) => {
    const described = isService(name) ? services[name] : undefined;
    const config = readFileSync(join(projectRoot, 'apps', name, 'src/config.ts'), 'utf8');
    const called = [...config.matchAll(/addressOf\(env, '([A-Z_]+)'\)/g)].map(([, variable]) => `STRONGROOM_${variable}_ADDRESS`);
    expect(facts[name]).toEqual({
      address: addressVariableOf(name),
      schema: described?.schema,
      redis: redisUserNames.includes(name as RedisUserName) || undefined,
      journal: described && (described.readsJournal ? 'reader' : 'producer'),
      rootKey: described?.rootKeyFile === undefined ? undefined : true,
      door: [GATEWAY, CONSOLE].includes(name) || undefined,
      outside: facts[name]!.outside,
      calls: programNames.filter((other) => called.includes(addressVariableOf(other))).sort(),
    });
  });

  it('lets no service reach the outside but those of which ARCHITECTURE.md says so', () => {
    const outside = Object.entries(facts).filter(([, one]) => one.outside);
    expect(outside.map(([name]) => name).sort()).toEqual([
      'audit-service',
      CONSOLE,
      'identity-service',
      'notification-service',
      'rotation-worker',
    ]);
  });

  it('names no port of a service but those on which it listens', () => {
    const named = [...templates.values()].join('\n').match(/\b74\d\d\b/g)!;
    expect([...new Set(named)].sort()).toEqual([`${SERVICE_PORT}`, `${SERVICE_PORT + 1}`]);
  });

  it('asks for health as the image does', () => {
    const dockerfile = readFileSync(join(projectRoot, 'docker/Dockerfile'), 'utf8');
    const [, command] = /^HEALTHCHECK .*CMD (\[.*\])$/m.exec(dockerfile)!;
    const [, probe] = /exec: \{ command: \[(node, \S+)\] \}/.exec(templates.get('templates/deployments.yaml')!)!;
    expect(probe!.split(', ')).toEqual(JSON.parse(command!));
  });

  it('has no value of a secret, and makes no Secret', () => {
    for (const [file, text] of templates) {
      expect([file, /kind: Secret$/m.test(text)]).toEqual([file, false]);
      expect([file, /BEGIN [A-Z ]*KEY|AGE-SECRET|secretKeyRef|randAlphaNum|genPrivateKey|genCA/.test(text)]).toEqual([
        file,
        false,
      ]);
    }
  });
});

describe('the schema of the values', () => {
  const app = fastify({
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
        allErrors: true,
        strictTypes: false,
        strictRequired: false,
      },
    },
  });
  app.post('/', { schema: { body: schema } }, () => ({}));
  afterAll(() => app.close());

  /** What is wrong with the chart's values once those at `path` are others. */
  const problems = async (path: string, value: unknown): Promise<string> => {
    const changed = structuredClone(values) as Record<string, unknown>;
    const words = path.split('/');
    const holder = words.slice(0, -1).reduce((one, word) => one[word] as Record<string, unknown>, changed);
    holder[words.at(-1)!] = value;
    const { statusCode, json } = await app.inject({ method: 'POST', url: '/', payload: changed });
    return statusCode === 200 ? '' : json<{ message: string }>().message;
  };

  it('takes what the chart has', async () => {
    expect(await problems('region', 'eu-west-1')).toBe('');
  });

  it('knows every value, and no other', () => {
    const open: string[] = [];
    const visit = (one: Schema, place: string) => {
      if (one.properties && one.additionalProperties !== false && !/\/(if|then)(\/|$)/.test(place)) open.push(place);
      for (const [key, inner] of Object.entries(one))
        if (typeof inner === 'object' && inner !== null && key !== 'enum') visit(inner as Schema, `${place}/${key}`);
    };
    visit(schema, '');
    expect(open).toEqual([]);
    const workload = schema.definitions!.workload!.properties!;
    expect(Object.keys(workload).sort()).toEqual(Object.keys((values as unknown as { defaults: object }).defaults).sort());
    expect(Object.keys(schema.properties!).filter((name) => name !== 'global')).toEqual(Object.keys(values));
  });

  it.each([
    ['image/tag', 'latest'],
    ['image/tags', '1.0.0'],
    ['accountId', '1234'],
    ['accountId', 123_456_789_012],
    ['region', 'Frankfurt'],
    ['logLevel', 'verbose'],
    ['trustDomain', 'example.org'],
    ['consoleUrl', 'http://console.example.com'],
    ['database/hosts', []],
    ['database/port', 70_000],
    ['database/password', 'geheim'],
    ['database/administrator', { user: 'root', password: 'geheim' }],
    ['redis/sentinel/hosts', ['sentinel-1']],
    ['redis/journalReplicas', 11],
    ['secrets/from', 'vault'],
    ['certificates/from', 'self-signed'],
    ['services/vault', {}],
    ['services/secrets-api/replica', 3],
    ['services/secrets-api/replicas', '3'],
    ['services/secrets-api/environment', { STRONGROOM_ROOT_KEY: 'AGE-SECRET-KEY' }],
    ['services/secrets-api/environment', { PATH: '/bin' }],
    ['services/secrets-api/resources', { requests: { cpu: '1', memory: '1Gi' } }],
    ['services/crypto-keyservice/rootKey', { secretName: 'root' }],
    ['defaults/autoscaling/by', 'memory'],
    ['defaults/spread/whenUnsatisfiable', 'Maybe'],
    ['networkPolicy/doors', [{ cidr: '0.0.0.0/0' }]],
    ['disruptionBudget/maxUnavailable', 0],
    ['backup/images/redis', 'redis:latest'],
    ['backup/schedule', 'daily'],
  ])('refuses %s = %j, and names the field', async (path, value) => {
    const told = await problems(path, value);
    // What must not be there is named by its holder.
    const [holder, field] = [path.split('/').slice(0, -1).join('/'), path];
    expect(told).toMatch(new RegExp(`body/${field}\\b|body${holder && '/'}${holder} must NOT have additional`));
  });

  it('asks for an issuer with cert-manager, and for a place with backups', async () => {
    expect(await problems('certificates/from', 'cert-manager')).toContain('body/certificates/issuer/name');
    const backup = { ...(values as unknown as { backup: object }).backup, enabled: true };
    expect(await problems('backup', backup)).toContain('body/backup/claim');
    expect(await problems('backup', { ...backup, claim: 'backups' })).toContain('body/backup/database');
  });
});
