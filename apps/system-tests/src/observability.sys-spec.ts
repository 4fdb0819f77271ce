import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client, credentials, status as Code } from '@grpc/grpc-js';
import { programNames, serviceNames, type ServiceName } from '@strongroom/local-cluster';
import { byPath, fullNameOf, servedBy } from '@strongroom/methods';
import { eventually } from '@strongroom/testing';
import { outcome } from './support/api';
import { BufCurl } from './support/buf-curl';
import { findGrpcurl } from './support/grpcurl';
import { System, unique } from './support/system';

const run = promisify(execFile);
const READ = 'strongroom.secrets.v1.SecretsService/GetSecretValue';

// A process for each method takes its time on a busy machine.
jest.setTimeout(300_000);

let system: System;
let token: string;
let known: BufCurl;

beforeAll(async () => {
  system = await System.shared();
  token = (await system.admin.tokens.getSessionToken()).credentials!.sessionToken;
  known = new BufCurl(system.cluster.adminCertificate.caFile, token);
});
afterAll(() => system?.stop());

/** By full name. */
const offered = (program: ServiceName): string[] => servedBy[program].map(fullNameOf);
/** The same, each with its methods. */
const offeredMethods = (program: ServiceName): string[] => Object.keys(byPath(servedBy[program])).map((path) => path.slice(1));

it.each(serviceNames)('%s tells whoever is known, and nobody else, what it serves', async (service) => {
  const address = system.cluster.endpoint(service);
  const services = new Set((await known.listMethods(address)).map((method) => method.split('/')[0]));
  expect([...services]).toEqual(expect.arrayContaining([...offered(service), 'grpc.health.v1.Health']));
  const unknown = new BufCurl(system.cluster.adminCertificate.caFile);
  await expect(unknown.listMethods(address)).rejects.toThrow(/not authenticated/);
});

// To list methods, buf resolves all descriptors; calls of each method are the fuzzer's.
it.each(serviceNames)('%s describes its contracts so that a client of another make can call them', async (service) => {
  const address = system.cluster.endpoint(service);
  const { api } = await system.user(unique('curious'));
  const { credentials: own } = await api.tokens.getSessionToken();
  const curious = new BufCurl(system.cluster.adminCertificate.caFile, own!.sessionToken);
  const all = await curious.listMethods(address);
  expect(all).toEqual(expect.arrayContaining(offeredMethods(service)));
  // Streams that watch do not end.
  const calls = all.filter((method) => !/\/(RevokeSessions|Watch)/.test(method));
  const ofEachContract = new Map(calls.map((method) => [method.split('/')[0], method]));
  for (const method of ofEachContract.values()) {
    const { code, body } = await curious.call(address, method, {});
    // Refused or answered by the server: descriptors that do not resolve fail before there is a status.
    expect([method, code, body]).toEqual([method, expect.any(Number), expect.any(Object)]);
    expect([method, code]).not.toEqual([method, Code.INTERNAL]);
  }
});

it('can be called by one who knows nothing but the CA and a token', async () => {
  const secretId = await system.secret('by reflection');
  const answer = await known.call(system.cluster.endpoint('secrets-api'), READ, { secretId });
  expect(answer).toMatchObject({ code: 0, body: { name: secretId, value: { secretString: 'by reflection' } } });
});

const grpcurl = findGrpcurl();
(grpcurl === undefined ? describe.skip : describe)('grpcurl', () => {
  /** As the README has it: the token is in the environment, not among the arguments. */
  const ask = async (service: ServiceName, ...words: string[]): Promise<string> => {
    const flags = ['-cacert', system.cluster.adminCertificate.caFile, '-expand-headers'];
    const address = system.cluster.endpoint(service);
    const { stdout } = await run(
      grpcurl!,
      [...flags, '-H', 'authorization: Bearer ${STRONGROOM_TOKEN}', ...words.slice(0, -2), address, ...words.slice(-2)].filter(
        Boolean,
      ),
      { env: { ...process.env, STRONGROOM_TOKEN: token } },
    );
    return stdout;
  };

  it.each(serviceNames)('describes all of %s', async (service) => {
    const services = (await ask(service, 'list', '')).split('\n').filter(Boolean);
    expect(services).toEqual(expect.arrayContaining([...offered(service), 'grpc.health.v1.Health']));
    const described = await ask(service, 'describe', '');
    for (const name of offeredMethods(service)) expect(described).toContain(`rpc ${name.split('/')[1]!} (`);
  });

  it('calls, and prints the details of an error in clear', async () => {
    const secretId = await system.secret('by grpcurl');
    expect(JSON.parse(await ask('secrets-api', '-d', JSON.stringify({ secret_id: secretId }), READ, ''))).toMatchObject({
      value: { secretString: 'by grpcurl' },
    });
    const missing = ask('secrets-api', '-d', JSON.stringify({ secret_id: unique('missing') }), READ, '');
    await expect(missing).rejects.toMatchObject({
      stderr: expect.stringMatching(
        /"@type": "type.googleapis.com\/google.rpc.ErrorInfo"[^]*"reason": "ResourceNotFoundException"/,
      ),
    });
  });
});

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return Buffer.from([...bytes, value]);
};

const health = (service: ServiceName, name: string): Promise<Buffer> => {
  const client = new Client(
    system.cluster.endpoint(service),
    credentials.createSsl(readFileSync(system.cluster.adminCertificate.caFile)),
  );
  const request = name ? Buffer.concat([Buffer.from([0x0a]), varint(name.length), Buffer.from(name)]) : Buffer.alloc(0);
  const bytes = (buffer: Buffer) => buffer;
  return new Promise<Buffer>((resolve, reject) =>
    client.makeUnaryRequest('/grpc.health.v1.Health/Check', bytes, bytes, request, (error, response) =>
      error ? reject(error) : resolve(response!),
    ),
  ).finally(() => client.close());
};

it.each(serviceNames)('%s answers health checks of anyone, for all and for each', async (service) => {
  const serving = Buffer.from([0x08, 0x01]);
  for (const name of ['', ...offered(service)]) expect(await health(service, name)).toEqual(serving);
  await expect(health(service, 'no.such.Service')).rejects.toMatchObject({ code: 5 });
});

it.each(serviceNames)('%s counts on a local port, and names nobody', async (service) => {
  const secretId = await system.secret('measured', 'measured');
  const { api, name } = await system.user(unique('measured'));
  await outcome(api.secrets.getSecretValue({ secretId }));
  await outcome(api.keys.listKeys());
  await outcome(api.audit.lookupEvents());
  await outcome(api.identity.listUsers());
  await outcome(api.rotation.listRotationFunctions());
  await outcome(api.rules.listRules());
  await outcome(api.usage.listBudgets());
  const response = await fetch(system.cluster.metricsUrl(service));
  expect(response.status).toBe(200);
  const metrics = await response.text();
  expect(metrics).toMatch(new RegExp(`^process_cpu_seconds_total\\{service="${service}"\\} `, 'm'));
  expect(metrics).toMatch(/PERMISSION_DENIED/);
  for (const leak of [secretId, name, token, 'arn:aws', 'spiffe://']) expect(metrics).not.toContain(leak);
});

it('has every metric that alerts and dashboard name', async () => {
  const exported = new Set<string>();
  for (const program of programNames) {
    const text = await (await fetch(system.cluster.metricsUrl(program))).text();
    for (const [, name, type] of text.matchAll(/^# TYPE (\w+) (\w+)$/gm)) {
      for (const suffix of type === 'histogram' ? ['_bucket', '_sum', '_count'] : ['']) exported.add(`${name}${suffix}`);
    }
  }
  const folder = join(__dirname, '../../../docker/monitoring');
  const files = ['alerts.yml', 'grafana/strongroom.json'].map((file) => readFileSync(join(folder, file), 'utf8'));
  const named = new Set(files.join('\n').match(/\b(strongroom|process|nodejs)_\w+/g));
  expect(named.size).toBeGreaterThan(20);
  expect([...named].filter((name) => !exported.has(name))).toEqual([]);
});

it('logs one request under one id in every service it reached', async () => {
  const missing = system.admin.secrets.getSecretValue({ secretId: unique('missing') });
  await outcome(missing);
  const requestId = await missing.requestId;
  const line = await eventually('the line is in the log', () => {
    const lines = readFileSync(system.cluster.logFile('secrets-api'), 'utf8').split('\n');
    return lines.slice(0, -1).find((text) => text.includes(requestId));
  });
  expect(JSON.parse(line)).toMatchObject({ requestId, method: '/strongroom.secrets.v1.SecretsService/GetSecretValue' });
});
