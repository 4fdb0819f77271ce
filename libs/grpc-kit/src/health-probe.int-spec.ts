import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { isServing } from '@strongroom/health-probe';
import { serviceCertificate } from '@strongroom/local-cluster';
import { TestServer } from './server.testing';

let test: TestServer;
let caFile: string;

beforeAll(async () => {
  test = await TestServer.start();
  ({ caFile } = await test.pki.issueFiles(serviceCertificate('audit-service')));
});
afterAll(() => test.stop());

it('tells a server that serves from one that says it does not', async () => {
  expect(await isServing(test.address, caFile)).toBe(true);
  test.server.health.set('not-serving');
  expect(await isServing(test.address, caFile)).toBe(false);
  test.server.health.set('serving');
  expect(await isServing(test.address, caFile)).toBe(true);
});

it('believes no server of another authority', async () => {
  const other = await TestServer.start();
  expect(await isServing(other.address, caFile)).toBe(false);
  await other.stop();
});

it('gives up on a port where nobody speaks, and on one where nobody listens', async () => {
  const silent = createServer((socket) => socket.on('error', () => {}).resume());
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  const { port } = silent.address() as AddressInfo;
  expect(await isServing(`127.0.0.1:${port}`, caFile)).toBe(false);
  await new Promise((resolve) => silent.close(resolve));
  expect(await isServing(`127.0.0.1:${port}`, caFile)).toBe(false);
});

it('does not take a missing authority for an answer', () =>
  expect(isServing(test.address, join(caFile, 'missing'))).rejects.toThrow('ENOTDIR'));
