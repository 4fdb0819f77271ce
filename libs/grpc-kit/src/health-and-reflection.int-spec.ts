import { execFileSync } from 'node:child_process';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { Client, ClientDuplexStream } from '@grpc/grpc-js';
import { HealthCheckResponse_ServingStatus as Status, HealthClient } from '@strongroom/contracts/grpc/health/v1/health';
import {
  ServerReflectionClient,
  type ServerReflectionRequest,
  type ServerReflectionResponse,
} from '@strongroom/contracts/grpc/reflection/v1/reflection';
import { ServerReflectionClient as ServerReflectionClientAlpha } from '@strongroom/contracts/grpc/reflection/v1alpha/reflection';
import { type TlsMaterial, callUnary, connect, fromStatus } from './index';
import { TestServer } from './server.testing';

let test: TestServer;
const clients: Client[] = [];
const client = <C extends Client>(Constructor: Parameters<typeof connect<C>>[0], tls: TlsMaterial): C => {
  const made = connect(Constructor, { address: test.address, tls, service: 'test' });
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
  const check = (service: string) => {
    const health = client(HealthClient, test.nobody);
    return callUnary(health.check.bind(health), { service });
  };

  it('is told to anyone, for the server and each of its services', async () => {
    for (const name of ['', 'strongroom.audit.v1.AuditService', 'strongroom.keys.v1.DataKeyService']) {
      expect(await check(name)).toEqual({ status: Status.SERVING });
    }
    test.server.health.set('not-serving');
    expect(await check('')).toEqual({ status: Status.NOT_SERVING });
    await expect(check('strongroom.secrets.v1.SecretsService')).rejects.toMatchObject({ kind: 'not-found' });
  });

  it('is listed', async () => {
    const health = client(HealthClient, test.nobody);
    expect(await callUnary(health.list.bind(health), {})).toEqual({
      statuses: {
        '': { status: Status.SERVING },
        'strongroom.audit.v1.AuditService': { status: Status.SERVING },
        'strongroom.keys.v1.DataKeyService': { status: Status.SERVING },
      },
    });
  });

  it('is followed by watchers', async () => {
    const stream = client(HealthClient, test.nobody).watch({ service: '' });
    stream.on('error', () => undefined);
    const next = () => new Promise<Status>((resolve) => stream.once('data', ({ status }: { status: Status }) => resolve(status)));
    expect(await next()).toBe(Status.SERVING);
    test.server.health.set('not-serving');
    expect(await next()).toBe(Status.NOT_SERVING);
    test.server.health.set('serving');
    expect(await next()).toBe(Status.SERVING);
    stream.cancel();
  });
});

describe.each([
  ['v1', ServerReflectionClient],
  ['v1alpha', ServerReflectionClientAlpha],
])('reflection %s', (_version, ReflectionClient) => {
  const ask = (
    tls: TlsMaterial,
    messageRequest: ServerReflectionRequest['messageRequest'],
  ): Promise<ServerReflectionResponse['messageResponse']> =>
    new Promise((resolve, reject) => {
      const stream: ClientDuplexStream<ServerReflectionRequest, ServerReflectionResponse> = client(
        ReflectionClient,
        tls,
      ).serverReflectionInfo();
      stream.once('data', ({ messageResponse }: ServerReflectionResponse) => resolve(messageResponse));
      stream.on('error', (error) => reject(fromStatus(error as never)));
      stream.write({ host: '', messageRequest });
      stream.end();
    });

  it('names the services of this server, health and reflection among them', async () => {
    const answer = await ask(await test.user(), { $case: 'listServices', value: '*' });
    const names = answer?.$case === 'listServicesResponse' ? answer.value.service.map(({ name }) => name) : [];
    expect(names.sort()).toEqual([
      'grpc.health.v1.Health',
      'grpc.reflection.v1.ServerReflection',
      'grpc.reflection.v1alpha.ServerReflection',
      'strongroom.audit.v1.AuditService',
      'strongroom.keys.v1.DataKeyService',
    ]);
  });

  it('describes them in files that another compiler links', async () => {
    const answer = await ask(await test.user(), { $case: 'fileContainingSymbol', value: 'strongroom.audit.v1.AuditService' });
    const bytes = answer?.$case === 'fileDescriptorResponse' ? answer.value.fileDescriptorProto : [];
    const files = bytes.map((file) => fromBinary(FileDescriptorProtoSchema, file));
    expect(files[0]).toMatchObject({ name: 'strongroom/audit/v1/audit.proto', service: [{ name: 'AuditService' }] });
    // buf is a program in Go. It takes imports before those who import them, and refuses a type that does not resolve.
    const set = toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: files.reverse() }));
    const linked = execFileSync('node_modules/.bin/buf', ['build', '-#format=binpb', '-o', '-#format=json'], {
      input: set,
    }).toString();
    const { file } = JSON.parse(linked) as {
      file: { name: string; service?: { method: { name: string; inputType: string }[] }[] }[];
    };
    expect(file.find(({ name }) => name === 'strongroom/audit/v1/audit.proto')?.service?.[0]?.method).toContainEqual(
      expect.objectContaining({ name: 'LookupEvents', inputType: '.strongroom.audit.v1.LookupEventsRequest' }),
    );
  });

  it('says what it does not know', async () => {
    const tls = await test.user();
    const unknown = { $case: 'errorResponse', value: { errorCode: 5, errorMessage: 'the contracts have no strongroom.nothing' } };
    expect(await ask(tls, { $case: 'fileContainingSymbol', value: 'strongroom.nothing' })).toEqual(unknown);
    expect(await ask(tls, { $case: 'fileByFilename', value: 'strongroom.nothing' })).toEqual(unknown);
    expect(await ask(tls, undefined)).toMatchObject({ $case: 'errorResponse', value: { errorCode: 3 } });
  });

  it('answers services, and nobody without a credential', async () => {
    const listing = { $case: 'listServices', value: '' } as const;
    expect(await ask(await test.service('secrets-api'), listing)).toMatchObject({ $case: 'listServicesResponse' });
    await expect(ask(test.nobody, listing)).rejects.toMatchObject({ kind: 'unauthenticated' });
  });
});
