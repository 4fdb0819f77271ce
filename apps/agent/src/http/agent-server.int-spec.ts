import { lstatSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { AGENT } from '@strongroom/bounds';
import { systemClock } from '@strongroom/clock';
import { eventually, temporaryDirectory } from '@strongroom/testing';
import { HeldSecrets } from '../secrets/held-secrets';
import { FakeSource, versionOf } from '../testing/fake-source.testing';
import { ask, exchange, statusesIn } from '../testing/http.testing';
import { type AgentServer, type AgentServerOptions, startAgentServer } from './agent-server';
import { RequestGate } from './request-gate';

const TOKEN = 'the-token-of-this-test';
const PROOF = { 'X-Aws-Parameters-Secrets-Token': TOKEN };
const HEAD = `Host: localhost\r\nX-Aws-Parameters-Secrets-Token: ${TOKEN}\r\n`;
const MAX_CONNECTIONS = 4;

let source: FakeSource;
let server: AgentServer;
let refused: string[];
const started: AgentServer[] = [];
const sockets: Socket[] = [];

const start = async (more: Partial<AgentServerOptions> = {}): Promise<AgentServer> => {
  const secrets = new HeldSecrets({
    source,
    size: 10,
    caches: true,
    clock: systemClock,
    pause: () => Promise.resolve(),
    onLost: () => undefined,
    onDefect: () => undefined,
  });
  const gate = new RequestGate({
    tokenHeaders: ['X-Aws-Parameters-Secrets-Token'],
    hosts: ['localhost', '127.0.0.1'],
    isToken: (text) => text === TOKEN,
    maxConnections: MAX_CONNECTIONS,
  });
  const one = await startAgentServer({
    address: { kind: 'tcp', host: '127.0.0.1', port: 0 },
    gate,
    secrets,
    pathPrefix: '/v1/',
    maxConnections: MAX_CONNECTIONS,
    onRefused: (reason) => refused.push(reason),
    ...more,
  });
  started.push(one);
  return one;
};
const open = async (bytes = ''): Promise<Socket> => {
  const socket = connect(server.port, '127.0.0.1');
  sockets.push(socket);
  socket.on('error', () => undefined);
  await new Promise((resolve) => socket.once('connect', resolve));
  socket.write(bytes);
  return socket;
};
const closed = (socket: Socket): Promise<string> =>
  new Promise((resolve) => {
    let text = '';
    socket.setEncoding('latin1').on('data', (chunk: string) => (text += chunk));
    socket.once('close', () => resolve(text));
  });

beforeEach(async () => {
  source = new FakeSource();
  source.secrets.set('db', versionOf('one'));
  refused = [];
  server = await start();
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  for (const one of started.splice(0)) await one.drain(0);
});

it('answers a secret, and says that nobody may store it', async () => {
  const { status, headers, body } = await ask(server, '/secretsmanager/get?secretId=db', { headers: PROOF });
  expect(status).toBe(200);
  expect(JSON.parse(body)).toMatchObject({ Name: 'prod/db', SecretString: 'one' });
  expect(headers).toMatchObject({
    'content-type': 'application/json',
    'cache-control': 'no-store',
    'content-length': String(Buffer.byteLength(body)),
  });
  expect((await ask(server, '/v1/db', { headers: PROOF })).body).toBe(body);
});

it('says that it is healthy, to everybody', async () => {
  for (const path of ['/ping', '/ping?x=1']) {
    expect(await ask(server, path, { headers: { 'X-Forwarded-For': '192.0.2.1', Host: 'anything' } })).toMatchObject({
      status: 200,
      body: 'healthy',
    });
  }
  expect(await ask(server, '/ping', { method: 'POST' })).toMatchObject({ status: 405, body: 'Not allowed' });
  expect(await ask(server, '/pings')).toMatchObject({ status: 403 });
});

it('takes many requests on one connection, also before they are answered', async () => {
  const request = `GET /v1/db HTTP/1.1\r\n${HEAD}\r\n`;
  const socket = await open();
  const all = closed(socket);
  socket.end(request.repeat(20));
  expect(statusesIn(await all)).toEqual(Array.from({ length: 20 }, () => 200));
  expect(source.asked).toEqual(['get db']);
});

it('closes the connection of whoever is refused, and reads nothing else from it', async () => {
  const smuggled = `GET /v1/db HTTP/1.1\r\n${HEAD}\r\n`;
  const text = await exchange(server.port, `GET /v1/db HTTP/1.1\r\nHost: localhost\r\n\r\n${smuggled}`);
  expect(statusesIn(text)).toEqual([403]);
  expect(text).toContain('Connection: close');
  expect(source.asked).toEqual([]);
  expect(refused).toEqual(['token']);
});

describe('requests that are not well-formed', () => {
  it.each([
    ['two lengths', `GET /v1/db HTTP/1.1\r\n${HEAD}Content-Length: 0\r\nContent-Length: 5\r\n\r\n`],
    ['a length and chunks', `GET /v1/db HTTP/1.1\r\n${HEAD}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['an encoding that nobody knows', `GET /v1/db HTTP/1.1\r\n${HEAD}Transfer-Encoding: xchunked\r\n\r\n`],
    ['a space before the colon', `GET /v1/db HTTP/1.1\r\n${HEAD}X-Forwarded-For : 192.0.2.1\r\n\r\n`],
    ['a folded header', `GET /v1/db HTTP/1.1\r\n${HEAD}X-Test: a\r\n b\r\n\r\n`],
    ['a bare CR', `GET /v1/db HTTP/1.1\r\n${HEAD}X-Test: a\rb\r\n\r\n`],
    ['a NUL in a header', `GET /v1/db HTTP/1.1\r\n${HEAD}X-Test: a\0b\r\n\r\n`],
    ['a NUL in the address', `GET /v1/d\0b HTTP/1.1\r\n${HEAD}\r\n`],
    ['a space in the address', `GET /v1/d b HTTP/1.1\r\n${HEAD}\r\n`],
    ['no method', `\x16\x03\x01\x02\x00\x01\x00\r\n\r\n`],
    ['another version', `GET /v1/db HTTP/3.0\r\n${HEAD}\r\n`],
    ['HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('with %s', async (_what, bytes) => {
    // What hides in a body must not be taken for a request.
    const text = await exchange(server.port, `${bytes}GET /v1/db HTTP/1.1\r\n${HEAD}\r\n`);
    expect(statusesIn(text)).toEqual([400]);
    expect([text.includes('one'), source.asked]).toEqual([false, []]);
  });

  it.each([
    ['a long address', `GET /v1/${'a'.repeat(AGENT.headerBytes)} HTTP/1.1\r\n${HEAD}\r\n`],
    ['a long header', `GET /v1/db HTTP/1.1\r\n${HEAD}X-Long: ${'a'.repeat(AGENT.headerBytes)}\r\n\r\n`],
    ['many headers', `GET /v1/db HTTP/1.1\r\n${HEAD}${'X-Many: 1\r\n'.repeat(AGENT.headers)}\r\n`],
  ])('with %s', async (_what, bytes) => {
    expect(statusesIn(await exchange(server.port, bytes))).toEqual([431]);
    expect(source.asked).toEqual([]);
  });

  it('with no host', async () => {
    const bytes = `GET /v1/db HTTP/1.1\r\nX-Aws-Parameters-Secrets-Token: ${TOKEN}\r\n\r\n`;
    expect(statusesIn(await exchange(server.port, bytes))).toEqual([403]);
    expect(statusesIn(await exchange(server.port, bytes.replace('1.1', '1.0')))).toEqual([403]);
    expect(refused).toEqual(['host', 'host']);
  });

  it('with a body, which is not read', async () => {
    const text = await exchange(server.port, `GET /v1/db HTTP/1.1\r\n${HEAD}Content-Length: 1000000\r\n\r\nGET /v1/db`);
    expect(text).toMatch(/^HTTP\/1\.1 400 .*A request must have no body$/s);
    expect(refused).toEqual(['body']);
  });
});

it('waits for nobody who is slow', async () => {
  server = await start({ patience: { headers: 50, idle: 50 } });
  const half = await open(`GET /v1/db HTTP/1.1\r\n${HEAD}`);
  expect(statusesIn(await closed(half))).toEqual([408]);
  // A connection that has been answered and asks nothing more.
  const idle = await open(`GET /v1/db HTTP/1.1\r\n${HEAD}\r\n`);
  expect(statusesIn(await closed(idle))).toEqual([200]);
});

it('refuses programs beyond so many connections, and answers health checks all the same', async () => {
  const idle = await Promise.all(Array.from({ length: MAX_CONNECTIONS }, () => open()));
  await eventually('they are connected', async () => (await ask(server, '/ping')).status === 200);
  expect(await ask(server, '/v1/db', { headers: PROOF })).toMatchObject({ status: 429, body: 'Connection limit exceeded' });
  idle.pop()!.destroy();
  await eventually('there is room', async () => (await ask(server, '/v1/db', { headers: PROOF })).status === 200);
  // Beyond those for health checks, connections are not accepted.
  await Promise.all(Array.from({ length: AGENT.healthConnections + 1 }, () => open()));
  await expect(ask(server, '/ping')).rejects.toThrow();
});

it('refuses more requests than it wants to keep, although they come on one connection', async () => {
  source.secrets.set('slow', () => new Promise(() => undefined));
  const socket = await open();
  socket.resume();
  socket.write(`GET /v1/slow HTTP/1.1\r\n${HEAD}\r\n`.repeat(AGENT.inFlight + 10));
  // The connection ends, so what comes after that is not read.
  await eventually('one is refused', () => refused.length > 0);
  expect(refused).toEqual(['busy']);
});

it('is found at a Unix socket, that its user and group alone may use', async () => {
  const folder = temporaryDirectory('agent-socket');
  try {
    const path = join(folder.path, 'agent.sock');
    const at = { address: { kind: 'unix', path } } as const;
    const first = await start(at);
    expect(first.port).toBe(0);
    expect(lstatSync(path).mode & 0o7777).toBe(0o660);
    expect(await ask({ socketPath: path }, '/v1/db', { headers: PROOF })).toMatchObject({ status: 200 });
    await expect(start(at)).rejects.toThrow(`somebody listens at ${path}`);
    await first.drain(0);
    const file = join(folder.path, 'file');
    writeFileSync(file, '');
    await expect(start({ address: { kind: 'unix', path: file } })).rejects.toThrow(`${file} is there and is no socket`);
  } finally {
    folder.remove();
  }
});

it('lets what is in flight finish before it stops', async () => {
  let answer: () => void = () => undefined;
  source.secrets.set('slow', () => new Promise((resolve) => (answer = () => resolve(versionOf('late')))));
  const late = ask(server, '/v1/slow', { headers: PROOF });
  await eventually('it is asked', () => source.asked.length === 1);
  const stopped = server.drain(5_000);
  answer();
  expect((await late).body).toContain('late');
  await stopped;
  await expect(ask(server, '/ping')).rejects.toThrow('ECONNREFUSED');
});
