import { Client, credentials, status, type ServiceError } from '@grpc/grpc-js';
import { FakePrincipalSource, principalForTests } from '@strongroom/access';
import type { RunningServer } from '@strongroom/grpc-kit';
import { serviceCertificate, userUri } from '@strongroom/local-cluster';
import { Metrics, silentLogger } from '@strongroom/telemetry';
import { TestPki } from '@strongroom/testing';
import { serveRotation } from './server';

let pki: TestPki;
let server: RunningServer;
let stranger: Client;
let ada: Client;

const bytes = (message: Buffer) => message;

beforeAll(async () => {
  pki = await TestPki.create();
  const principals = new FakePrincipalSource().add(userUri('ada'), principalForTests({ name: 'ada' }));
  server = await serveRotation(
    { listen: '127.0.0.1:0', tls: await pki.issueFiles(serviceCertificate('rotation-worker')), trustDomain: 'strongroom.local' },
    { logger: silentLogger, metrics: new Metrics({ service: 'rotation-worker' }), principals },
  );
  const ca = Buffer.from(pki.ca);
  const certificate = await pki.user('ada');
  stranger = new Client(`localhost:${server.port}`, credentials.createSsl(ca));
  ada = new Client(
    `localhost:${server.port}`,
    credentials.createSsl(ca, Buffer.from(certificate.key), Buffer.from(certificate.certificate)),
  );
});

afterAll(async () => {
  stranger.close();
  ada.close();
  await server.close();
  pki.drop();
});

it('tells anybody that it is healthy', async () => {
  const answer = await new Promise<Buffer | undefined>((resolve, reject) =>
    stranger.makeUnaryRequest('/grpc.health.v1.Health/Check', bytes, bytes, Buffer.alloc(0), (error, response) =>
      error ? reject(error) : resolve(response),
    ),
  );
  // HealthCheckResponse { status: SERVING }
  expect(answer).toEqual(Buffer.from([0x08, 0x01]));
});

describe('reflection', () => {
  /** The answer as it comes. */
  const listServices = (client: Client) =>
    new Promise<string>((resolve, reject) => {
      const call = client.makeBidiStreamRequest('/grpc.reflection.v1.ServerReflection/ServerReflectionInfo', bytes, bytes);
      call.on('data', (response: Buffer) => resolve(response.toString('latin1')));
      call.on('error', (error: ServiceError) => reject(error));
      // ServerReflectionRequest { list_services: "*" }
      call.write(Buffer.from([0x3a, 0x01, 0x2a]));
      call.end();
    });

  it('answers a known caller: no service of its own yet', async () => {
    // ServerReflectionResponse ends in list_services_response {}.
    expect((await listServices(ada)).endsWith('\x32\x00')).toBe(true);
  });

  it('shows a stranger nothing', async () => {
    await expect(listServices(stranger)).rejects.toMatchObject({ code: status.UNAUTHENTICATED });
  });
});
