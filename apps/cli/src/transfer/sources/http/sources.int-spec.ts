import { DopplerServer, InfisicalServer, ParameterStoreServer, TestPki, VaultServer } from '@strongroom/testing';
import { CliError } from '../../../cli-error';
import { isUnreadable, type Source, type SourceItem, type SourceSecret } from '../../source';
import { secretsManagerOf } from '../aws/aws-session';
import { isThrottled, SsmClient } from '../aws/ssm-client';
import { SsmSource } from '../aws/ssm.source';
import { ApiClient, retryAfterOf } from './api-client';
import { DopplerSource } from './doppler.source';
import { InfisicalSource } from './infisical.source';
import { type VaultOptions, VaultSource } from './vault.source';

type CertificateFiles = Awaited<ReturnType<TestPki['issueFiles']>>;

const TOKEN = 'canary-token-of-the-source';
const servers: { stop(): Promise<void> }[] = [];
const sources: Source[] = [];
let pki: TestPki;
let certificate: CertificateFiles;

beforeAll(async () => {
  pki = await TestPki.create();
  certificate = await pki.issueFiles({ uri: 'spiffe://example.com/stand-in', dnsNames: ['localhost'] });
});
afterEach(async () => {
  for (const source of sources.splice(0)) source.close?.();
  for (const server of servers.splice(0)) await server.stop();
});
afterAll(() => pki?.drop());

const started = async <Server extends { start(certificate?: CertificateFiles): Promise<Server>; stop(): Promise<void> }>(
  server: Server,
): Promise<Server> => {
  servers.push(server);
  return server.start(certificate);
};
const opened = <S extends Source>(source: S): S => {
  sources.push(source);
  return source;
};
const all = async (source: Source, wanted: (name: string) => boolean = () => true): Promise<SourceItem[]> => {
  const items: SourceItem[] = [];
  for await (const item of source.secrets(wanted)) items.push(item);
  return items;
};
/** `name = value` of each version with its labels, or why there is none. */
const told = (items: readonly SourceItem[]): string[] =>
  items.map((item) =>
    isUnreadable(item)
      ? `${item.name}: ${item.unreadable}`
      : `${item.name} = ${item.versions.map(({ value, labels }) => `${value.secretString} [${labels.join()}]`).join(', ')}`,
  );
const fault = async (reading: Promise<unknown>): Promise<CliError> => {
  const error: unknown = await reading.then(
    () => undefined,
    (failure: unknown) => failure,
  );
  if (!(error instanceof CliError)) throw new Error(`no CliError: ${String(error)}`);
  expect(`${error.message} ${error.hint}`).not.toContain(TOKEN);
  return error;
};
const { signal } = new AbortController();
const busy = { status: 429, headers: { 'retry-after': '0' }, body: { errors: ['rate limit'] } };

describe('Vault and OpenBao', () => {
  const source = (server: VaultServer, options: Partial<VaultOptions> = {}) =>
    opened(
      new VaultSource({
        address: server.address,
        caFile: certificate.caFile,
        token: TOKEN,
        mount: 'secret',
        allVersions: false,
        concurrency: 4,
        signal,
        ...options,
      }),
    );

  it('gives every secret below a folder, with numbers as they were written and metadata as tags', async () => {
    const server = await started(new VaultServer({ token: TOKEN }));
    server.put('top', { a: 'b' });
    server.put('app/db', '{"port":12345678901234567890,"password":"x\\ny"}', { owner: 'ada' });
    server.put('app/deep/er', { c: 'd' });
    server.put('app', { both: 'a secret and a folder' });
    const items = await all(source(server));
    expect(told(items)).toEqual([
      'app = {"both":"a secret and a folder"} [AWSCURRENT]',
      'app/db = {"port":12345678901234567890,"password":"x\\ny"} [AWSCURRENT]',
      'app/deep/er = {"c":"d"} [AWSCURRENT]',
      'top = {"a":"b"} [AWSCURRENT]',
    ]);
    expect((items[1] as SourceSecret).tags).toEqual(new Map([['owner', 'ada']]));
    expect(told(await all(source(server, { folder: 'app' }), (name) => name !== 'app/db'))).toEqual([
      'app/deep/er = {"c":"d"} [AWSCURRENT]',
    ]);
    expect(server.requests.some(({ path }) => path.endsWith('data/app/db'))).toBe(true);
    expect(server.requests.every(({ headers }) => headers['x-vault-token'] === TOKEN)).toBe(true);
  });

  it('names signs of a path as Vault expects them', async () => {
    const server = await started(new VaultServer({ token: TOKEN, mount: 'a/kv', namespace: 'team/' }));
    server.put('with space/ü?&#%', { a: 'b' });
    const found = await all(source(server, { mount: '/a/kv/', namespace: 'team/' }));
    expect(told(found)).toEqual(['with space/ü?&#% = {"a":"b"} [AWSCURRENT]']);
    expect((await fault(all(source(server, { mount: 'a/kv', namespace: 'other' })))).exitCode).toBe(3);
  });

  it('gives all versions that are left, each with an id of its own', async () => {
    const server = await started(new VaultServer({ token: TOKEN }));
    for (let n = 1; n <= 5; n++) server.put('a', { n });
    server.delete('a', 2);
    server.destroy('a', 3);
    const [a] = (await all(source(server, { allVersions: true }))) as [SourceSecret];
    expect(told([a])).toEqual(['a = {"n":1} [], {"n":4} [AWSPREVIOUS], {"n":5} [AWSCURRENT]']);
    const ids = a.versions.map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    server.remove('a');
    server.put('a', { n: 1 });
    const [again] = (await all(source(server))) as [SourceSecret];
    expect(ids).not.toContain(again.versions[0]!.id);
  });

  it('leaves out what was deleted, and says what may not be read', async () => {
    const server = await started(new VaultServer({ token: TOKEN }));
    for (const name of ['deleted', 'destroyed', 'fine', 'secret', 'closed/a']) server.put(name, { x: name });
    server.delete('deleted', 1);
    server.destroy('destroyed', 1);
    server.forbid('secret');
    server.forbid('closed/');
    expect(told(await all(source(server)))).toEqual([
      'closed/: Vault does not let this token list the folder (1 error occurred:\n\t* permission denied\n\n).',
      'fine = {"x":"fine"} [AWSCURRENT]',
      'secret: Vault does not let this token read it (1 error occurred:\n\t* permission denied\n\n).',
    ]);
  });

  it.each([true, false])('reads long folders, with pages: %s', async (paginates) => {
    const server = await started(new VaultServer({ token: TOKEN, paginates }));
    for (let n = 0; n < 2_000; n++) server.put(`n${n}`, { n });
    const wanted = new Set(['n0', 'n1234', 'n999', 'n1999']);
    const found = await all(source(server), (name) => wanted.has(name));
    expect(new Set(found.map(({ name }) => name))).toEqual(wanted);
    const lists = server.requests.filter(({ query }) => query.get('list') === 'true').length;
    expect(lists).toBe(paginates ? 3 : 1);
    expect(server.requests.length).toBe(lists + 4);
  });

  it('waits as long as a busy server asks, and says when it stays away', async () => {
    const server = await started(new VaultServer({ token: TOKEN }));
    server.put('a', { a: 'b' });
    server.failNext(busy, { status: 503, body: { errors: ['Vault is sealed'] } });
    expect(told(await all(source(server)))).toEqual(['a = {"a":"b"} [AWSCURRENT]']);
    expect(retryAfterOf('7')).toBe(7_000);
    expect(retryAfterOf('Thu, 01 Jan 2026 00:00:09 GMT', Date.UTC(2026, 0, 1))).toBe(9_000);
    expect(retryAfterOf('soon')).toBe(0);
  });

  it('says what is wrong with token, mount, certificate and address', async () => {
    const server = await started(new VaultServer({ token: TOKEN }));
    expect(await fault(all(source(server, { token: 'wrong' })))).toMatchObject({
      exitCode: 4,
      message: expect.stringMatching(/refuses with 403: permission denied/),
    });
    expect((await fault(all(source(server, { mount: 'kv' })))).message).toMatch(/there is no folder ""/);
    expect((await fault(all(source(server, { folder: 'none' })))).message).toMatch(/there is no folder "none\/"/);
    expect(await all(source(server))).toEqual([]);
    expect(await fault(all(source(server, { caFile: undefined })))).toMatchObject({
      exitCode: 5,
      hint: expect.stringMatching(/--ca/),
    });
    expect(() => source(server, { address: 'http://vault.example.com' })).toThrow(/VAULT_ADDR.*https/);
    expect(() => source(server, { address: 'vault' })).toThrow(/VAULT_ADDR/);
    expect(() => source(server, { caFile: '/nowhere/ca' })).toThrow(/nowhere\/ca: ENOENT/);
    server.failNext({ status: 200, body: '<html>' });
    expect((await fault(all(source(server)))).message).toMatch(/not JSON/);
    server.failNext({ status: 200, body: { data: { keys: [7] } } });
    expect((await fault(all(source(server)))).message).toMatch(/another document than expected: data\.keys\.0/);
    server.failNext({ status: 307, headers: { location: 'https://elsewhere.example.com' } });
    expect((await fault(all(source(server)))).message).toMatch(/refuses with 307/);
  });
});

describe('Parameter Store', () => {
  const region = 'eu-west-1';
  const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: TOKEN };
  const before = { ...process.env };
  beforeEach(() => Object.assign(process.env, { AWS_ACCESS_KEY_ID: credentials.accessKeyId, AWS_SECRET_ACCESS_KEY: TOKEN }));
  afterEach(() => {
    process.env = { ...before };
  });

  const source = async (
    server: ParameterStoreServer,
    options: { prefix?: string; allVersions?: boolean; region?: string } = {},
  ) => {
    const aws = await secretsManagerOf({ endpointUrl: server.address, region: options.region ?? region }, {});
    const { caFile } = certificate;
    const api = new ApiClient({ address: server.address, addressFrom: '--endpoint-url', caFile, signal, isPassing: isThrottled });
    return opened(
      new SsmSource({
        client: new SsmClient(api, 'Parameter Store', aws),
        place: server.address,
        prefix: options.prefix,
        allVersions: options.allVersions ?? false,
        withoutTags: false,
        concurrency: 2,
        close: () => {
          api.close();
          aws.destroy();
        },
      }),
    );
  };

  it('gives parameters page by page, with descriptions, keys and tags', async () => {
    const server = await started(new ParameterStoreServer({ ...credentials, region }));
    for (let n = 0; n < 120; n++) server.put(`/app/${String(n).padStart(3, '0')}`, `value ${n}`);
    server.put('plain', 'ä\n', { Description: 'd', KeyId: 'alias/mine', tags: { team: 'x', 'aws:y': 'z' } });
    server.put('own', 'x', { KeyId: 'alias/aws/ssm' });
    server.failNext({ status: 400, body: { __type: 'ThrottlingException', message: 'Rate exceeded' } });
    const items = (await all(await source(server))) as SourceSecret[];
    expect(items).toHaveLength(122);
    expect(items[119]!.versions[0]!.value).toEqual({ secretString: 'value 119' });
    expect(items.find(({ name }) => name === 'plain')).toMatchObject({
      description: 'd',
      kmsKeyId: 'alias/mine',
      tags: new Map([['team', 'x']]),
      versions: [{ id: '1', value: { secretString: 'ä\n' } }],
    });
    expect(items.find(({ name }) => name === 'own')!.kmsKeyId).toBeUndefined();
    expect(await all(await source(server, { prefix: '/app/00' }))).toHaveLength(10);
  });

  it('gives all versions with their labels', async () => {
    const server = await started(new ParameterStoreServer({ ...credentials, region }));
    for (let n = 1; n <= 3; n++) server.put('a', `${n}`, { Labels: n === 1 ? ['first'] : [] });
    expect(told(await all(await source(server, { allVersions: true })))).toEqual([
      'a = 1 [first], 2 [AWSPREVIOUS], 3 [AWSCURRENT]',
    ]);
  });

  it('says what AWS says of a signature', async () => {
    const server = await started(new ParameterStoreServer({ ...credentials, region }));
    server.put('a', 'x');
    expect((await fault(all(await source(server, { region: 'eu-west-2' })))).message).toMatch(/signature does not match/);
  });
});

describe('Infisical', () => {
  const project = { projectId: 'p', environment: 'prod', clientId: 'id', clientSecret: 'canary-client-secret', token: TOKEN };
  const source = (server: InfisicalServer, options: object = {}) =>
    opened(
      new InfisicalSource({
        address: server.address,
        caFile: certificate.caFile,
        credential: { token: TOKEN },
        projectId: 'p',
        environment: 'prod',
        folder: '/',
        signal,
        ...options,
      }),
    );

  it.each([false, true])('gives secrets of all folders; a server of before version 4: %s', async (isOld) => {
    const server = await started(new InfisicalServer({ ...project, isOld }));
    server.secrets.push(
      { secretKey: 'A', secretValue: 'x', secretPath: '/', secretComment: 'c', tags: [{ slug: 't' }] },
      { secretKey: 'B', secretValue: 'y', secretPath: '/app/db', secretMetadata: [{ key: 'team', value: 'ops' }] },
      { secretKey: 'C', secretValue: '', secretPath: '/', secretValueHidden: true },
    );
    const items = await all(source(server));
    expect(told(items)).toEqual([
      'A = x [AWSCURRENT]',
      'app/db/B = y [AWSCURRENT]',
      'C: Infisical does not let this identity see its value.',
    ]);
    expect(items[0]).toMatchObject({ description: 'c', tags: new Map([['t', '']]) });
    expect(items[1]).toMatchObject({ description: undefined, tags: new Map([['team', 'ops']]) });
    expect(told(await all(source(server, { folder: '/app' })))).toEqual(['app/db/B = y [AWSCURRENT]']);
  });

  it('signs in as a machine identity', async () => {
    const server = await started(new InfisicalServer(project));
    server.secrets.push({ secretKey: 'A', secretValue: 'x', secretPath: '/' });
    const identity = { clientId: 'id', clientSecret: 'canary-client-secret' };
    expect(await all(source(server, { credential: identity }))).toHaveLength(1);
    const refused = await fault(all(source(server, { credential: { ...identity, clientSecret: 'wrong' } })));
    expect(refused).toMatchObject({ exitCode: 4, message: expect.stringMatching(/401: Invalid credentials/) });
    expect((await fault(all(source(server, { projectId: 'q' })))).message).toMatch(/404: Project not found/);
  });
});

describe('Doppler', () => {
  const source = (server: DopplerServer, options: object = {}) =>
    opened(new DopplerSource({ address: server.address, caFile: certificate.caFile, token: TOKEN, signal, ...options }));

  it('gives a config, or all configs of a project page by page', async () => {
    const server = await started(new DopplerServer({ token: TOKEN, project: 'shop' }));
    for (let n = 0; n < 130; n++) server.configs.set(`c${n}`, { KEY: { raw: '${X}', computed: `value ${n}`, note: 'n' } });
    server.configs.get('c0')!['HIDDEN'] = { raw: null, computed: null };
    expect(told(await all(source(server, { project: 'shop', config: 'c0' })))).toEqual([
      'KEY = value 0 [AWSCURRENT]',
      'HIDDEN: Doppler does not show its value: it is restricted.',
    ]);
    server.failNext(busy);
    const items = await all(source(server, { project: 'shop' }));
    expect(items).toHaveLength(131);
    expect(items.at(-1)).toMatchObject({ name: 'c129/KEY', description: 'n' });
    expect((await fault(all(source(server, { project: 'other' })))).message).toMatch(/404: Could not find requested project/);
    expect(await fault(all(source(server, { project: 'shop', token: 'x' })))).toMatchObject({ exitCode: 4 });
  });
});
