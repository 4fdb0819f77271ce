import { join } from 'node:path';
import { type Client, type ClientDuplexStream, loadPackageDefinition, type ServiceClientConstructor } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoPath as healthProto } from 'grpc-health-check';
import { FileDescriptorProto } from 'protobufjs/ext/descriptor';
import { type TlsMaterial, callUnary, connect, fromStatus } from './index';
import { TestServer } from './server.testing';

const service = (file: string, ...names: string[]): ServiceClientConstructor =>
  names.reduce<unknown>(
    (found, name) => (found as Record<string, unknown>)[name],
    loadPackageDefinition(loadSync(file, { enums: String, oneofs: true })),
  ) as ServiceClientConstructor;

const reflectionProto = (version: string): string =>
  join(require.resolve('@grpc/reflection'), `../../proto/grpc/reflection/${version}/reflection.proto`);

let test: TestServer;
const clients: Client[] = [];
const client = (Constructor: ServiceClientConstructor, tls: TlsMaterial) => {
  const made = connect(Constructor as never, {
    address: test.address,
    tls,
    service: 'test',
  }) as InstanceType<ServiceClientConstructor>;
  clients.push(made);
  return made;
};

beforeEach(async () => {
  test = await TestServer.start();
});
afterEach(async () => {
  for (const made of clients.splice(0)) made.close();
  await test.stop();
});

describe('health', () => {
  const Health = service(healthProto, 'grpc', 'health', 'v1', 'Health');
  const check = (name: string): Promise<{ status: string }> => {
    const health = client(Health, test.nobody);
    return callUnary(health['check']!.bind(health) as never, { service: name });
  };

  it('is told to anyone, for the server and each of its services', async () => {
    for (const name of ['', 'strongroom.audit.v1.AuditService', 'strongroom.keys.v1.DataKeyService']) {
      expect(await check(name)).toMatchObject({ status: 'SERVING' });
    }
    test.server.health.set('not-serving');
    expect(await check('')).toMatchObject({ status: 'NOT_SERVING' });
    await expect(check('strongroom.secrets.v1.SecretsService')).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('is followed by watchers', async () => {
    const health = client(Health, test.nobody);
    const stream = health['watch']!({ service: '' }) as unknown as ClientDuplexStream<unknown, { status: string }>;
    stream.on('error', () => undefined);
    const next = () =>
      new Promise<string>((resolve) => stream.once('data', (message: { status: string }) => resolve(message.status)));
    expect(await next()).toBe('SERVING');
    test.server.health.set('not-serving');
    expect(await next()).toBe('NOT_SERVING');
    test.server.health.set('serving');
    expect(await next()).toBe('SERVING');
    stream.cancel();
  });
});

describe.each(['v1', 'v1alpha'])('reflection %s', (version) => {
  const Reflection = service(reflectionProto(version), 'grpc', 'reflection', version, 'ServerReflection');
  interface Answer {
    listServicesResponse?: { service: { name: string }[] };
    fileDescriptorResponse?: { fileDescriptorProto: Buffer[] };
    errorResponse?: { errorCode: number };
  }
  const ask = (tls: TlsMaterial, request: object): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const reflection = client(Reflection, tls);
      const stream = reflection['serverReflectionInfo']!() as unknown as ClientDuplexStream<object, Answer>;
      stream.once('data', resolve);
      stream.on('error', (error) => reject(fromStatus(error as never)));
      stream.write(request);
      stream.end();
    });

  it('names the services of this server, and describes them with all they refer to', async () => {
    const tls = await test.user();
    const { listServicesResponse } = await ask(tls, { listServices: '*' });
    expect(listServicesResponse?.service.map(({ name }) => name).sort()).toEqual([
      'strongroom.audit.v1.AuditService',
      'strongroom.keys.v1.DataKeyService',
    ]);
    const { fileDescriptorResponse } = await ask(tls, { fileContainingSymbol: 'strongroom.audit.v1.AuditService' });
    const files = fileDescriptorResponse!.fileDescriptorProto.map(
      (bytes) => FileDescriptorProto.decode(bytes) as unknown as { name: string; dependency?: string[] },
    );
    const names = files.map(({ name }) => name);
    expect(files[0]).toMatchObject({ service: [{ name: 'AuditService' }] });
    for (const { dependency = [] } of files as { dependency?: string[] }[])
      for (const file of dependency) expect(names).toContain(file);
    expect(await ask(tls, { fileContainingSymbol: 'strongroom.nothing' })).toMatchObject({ errorResponse: { errorCode: 5 } });
  });

  it('answers services, and nobody without a credential', async () => {
    expect((await ask(await test.service('secrets-api'), { listServices: '' })).listServicesResponse).toBeDefined();
    await expect(ask(test.nobody, { listServices: '' })).rejects.toMatchObject({ kind: 'unauthenticated' });
  });
});
