import { readFileSync } from 'node:fs';
import { Client } from '@grpc/grpc-js';
import { serviceNames, type ServiceName } from '@strongroom/local-cluster';
import { outcome } from './support/api';
import { ReflectingCaller, varint } from './support/reflection';
import { System, unique } from './support/system';

let system: System;
let token: string;
let known: ReflectingCaller;
let unknown: ReflectingCaller;

beforeAll(async () => {
  system = await System.shared();
  token = (await system.admin.tokens.getSessionToken()).credentials!.sessionToken;
  const { caFile } = system.cluster.adminCertificate;
  known = new ReflectingCaller(caFile, token);
  unknown = new ReflectingCaller(caFile);
});
afterAll(() => system?.stop());

const offered: Record<ServiceName, string[]> = {
  'secrets-api': ['strongroom.secrets.v1.SecretsService'],
  'crypto-keyservice': ['strongroom.keys.v1.DataKeyService', 'strongroom.keys.v1.KeyService'],
  'identity-service': [
    'strongroom.identity.v1.IdentityService',
    'strongroom.identity.v1.PrincipalDirectoryService',
    'strongroom.identity.v1.SigningKeyService',
    'strongroom.identity.v1.TokenService',
  ],
  'audit-service': ['strongroom.audit.v1.AuditService'],
  'rotation-worker': ['strongroom.rotation.v1.RotationFunctionDirectoryService', 'strongroom.rotation.v1.RotationService'],
};

it.each(serviceNames)('%s tells whoever is known what it serves', async (service) => {
  const address = system.cluster.endpoint(service);
  for (const version of ['v1', 'v1alpha']) {
    const { list_services_response: listed } = await known.reflect(address, { list_services: '' }, version);
    expect(listed!.service.map((s) => s.name)).toEqual(expect.arrayContaining(offered[service]));
  }
  await expect(unknown.reflect(address, { list_services: '' })).rejects.toMatchObject({ code: 16 });
});

it('can be called by one who knows nothing but the CA and a token', async () => {
  const secretId = await system.secret('by reflection');
  const method = `${offered['secrets-api'][0]}/GetSecretValue`;
  const answer = await known.call(system.cluster.endpoint('secrets-api'), method, { secret_id: secretId });
  expect(answer).toMatchObject({ name: secretId, value: { secret_string: 'by reflection' } });
});

const health = (service: ServiceName, name: string): Promise<Buffer> => {
  const client = new Client(system.cluster.endpoint(service), unknown.channel);
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
  for (const name of ['', ...offered[service]]) expect(await health(service, name)).toEqual(serving);
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
  const response = await fetch(system.cluster.metricsUrl(service));
  expect(response.status).toBe(200);
  const metrics = await response.text();
  expect(metrics).toMatch(new RegExp(`^process_cpu_seconds_total\\{service="${service}"\\} `, 'm'));
  if (offered[service].length) expect(metrics).toMatch(/PERMISSION_DENIED/);
  for (const leak of [secretId, name, token, 'arn:aws', 'spiffe://']) expect(metrics).not.toContain(leak);
});

it('logs one request under one id in every service it reached', async () => {
  const missing = system.admin.secrets.getSecretValue({ secretId: unique('missing') });
  await outcome(missing);
  const requestId = await missing.requestId;
  const lines = readFileSync(system.cluster.logFile('secrets-api'), 'utf8').split('\n');
  const line = lines.find((text) => text.includes(requestId));
  expect(JSON.parse(line!)).toMatchObject({ requestId, method: '/strongroom.secrets.v1.SecretsService/GetSecretValue' });
});
