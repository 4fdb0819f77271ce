import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Client,
  credentials,
  loadPackageDefinition,
  Metadata,
  type GrpcObject,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer, loadSync } from '@grpc/proto-loader';
import { serviceNames, type ServiceName } from '@strongroom/local-cluster';
import { outcome } from './support/api';
import { System, unique } from './support/system';

let system: System;
let token: string;

beforeAll(async () => {
  system = await System.shared();
  token = (await system.admin.tokens.getSessionToken()).credentials!.sessionToken;
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

/** No certificate: what grpcurl has with `-cacert` and `-H 'authorization: …'`. */
const channel = () => credentials.createSsl(readFileSync(system.cluster.adminCertificate.caFile));
const withToken = () => {
  const metadata = new Metadata();
  metadata.set('authorization', `Bearer ${token}`);
  return metadata;
};

type Descend = (tree: GrpcObject, name: string) => ServiceClientConstructor;
const descend: Descend = (tree, name) =>
  name.split('.').reduce<unknown>((node, part) => (node as GrpcObject)[part], tree) as ServiceClientConstructor;

const loadNamed = (file: string, name: string) =>
  descend(loadPackageDefinition(loadSync(file, { keepCase: true, arrays: true })), name);

interface ReflectionAnswer {
  list_services_response?: { service: { name: string }[] };
  file_descriptor_response?: { file_descriptor_proto: Buffer[] };
  error_response?: { error_message: string };
}

const reflect = (service: ServiceName, request: object, metadata = withToken(), version = 'v1'): Promise<ReflectionAnswer> => {
  const folder = join(require.resolve('@grpc/reflection'), '../../proto/grpc/reflection', version, 'reflection.proto');
  const Reflection = loadNamed(folder, `grpc.reflection.${version}.ServerReflection`);
  const client = new Reflection(system.cluster.endpoint(service), channel());
  return new Promise<ReflectionAnswer>((resolve, reject) => {
    const stream = client.ServerReflectionInfo!(metadata);
    stream.on('data', resolve);
    stream.on('error', reject);
    stream.write(request);
    stream.end();
  }).finally(() => client.close());
};

it.each(serviceNames)('%s tells whoever is known what it serves', async (service) => {
  for (const version of ['v1', 'v1alpha']) {
    const { list_services_response: listed } = await reflect(service, { list_services: '' }, withToken(), version);
    expect(listed!.service.map((s) => s.name)).toEqual(expect.arrayContaining(offered[service]));
  }
  await expect(reflect(service, { list_services: '' }, new Metadata())).rejects.toMatchObject({ code: 16 });
});

it('can be called by one who knows nothing but the CA and a token', async () => {
  const secretId = await system.secret('by reflection');
  const symbol = offered['secrets-api'][0]!;
  const { file_descriptor_response: files } = await reflect('secrets-api', { file_containing_symbol: symbol });
  // A FileDescriptorSet is one field: repeated, number 1, of length type.
  const set = files!.file_descriptor_proto.flatMap((bytes) => [Buffer.from([0x0a]), varint(bytes.length), bytes]);
  const Secrets = descend(loadPackageDefinition(loadFileDescriptorSetFromBuffer(Buffer.concat(set), { keepCase: true })), symbol);
  const client = new Secrets(system.cluster.endpoint('secrets-api'), channel());
  const answer = await new Promise((resolve, reject) =>
    client.GetSecretValue!({ secret_id: secretId }, withToken(), (error: Error | null, response: unknown) =>
      error ? reject(error) : resolve(response),
    ),
  );
  client.close();
  expect(answer).toMatchObject({ name: secretId, value: { secret_string: 'by reflection' } });
});

const varint = (value: number): Buffer => {
  const bytes: number[] = [];
  for (; value > 127; value >>>= 7) bytes.push((value & 127) | 128);
  return Buffer.from([...bytes, value]);
};

const health = (service: ServiceName, name: string): Promise<Buffer> => {
  const client = new Client(system.cluster.endpoint(service), channel());
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
