import { anywhere } from '@strongroom/egress/testing';
import { RotationFunctionServiceService } from '@strongroom/contracts/strongroom/rotation/v1/rotation';
import { unauthenticated } from '@strongroom/errors';
import { createServer, type RunningServer, unary } from '@strongroom/grpc-kit';
import { serviceCertificate } from '@strongroom/local-cluster';
import { Metrics, silentLogger } from '@strongroom/telemetry';
import { TestPki, eventually } from '@strongroom/testing';
import { connect, createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { GrpcImplementation } from '../domain/custom-function';
import { GrpcFunctionClients } from './grpc-function.client';

const GREEDY = '111111111111';
const MODEST = '222222222222';

let pki: TestPki;
let functions: RunningServer;
/** Counts the connections that go through to the functions. */
let door: Server;
let address: string;
let called: string[];
let opened: number;
const open = new Set<Socket>();

beforeAll(async () => {
  pki = await TestPki.create();
  const tls = await pki.issueFiles({ uri: 'spiffe://functions.example/rotation', ipAddresses: ['127.0.0.1'] });
  functions = await createServer({
    service: 'function',
    listen: '127.0.0.1:0',
    tls,
    trustDomain: 'strongroom.local',
    services: [
      {
        definition: RotationFunctionServiceService,
        handlers: {
          invokeStep: unary<{ secretId: string }, object>(({ secretId }) => {
            called.push(secretId);
            return Promise.resolve({});
          }),
        },
      },
    ],
    peerPolicy: {
      '/strongroom.rotation.v1.RotationFunctionService/InvokeStep': { callers: 'none', services: ['rotation-worker'] },
    },
    authenticate: () => Promise.reject(unauthenticated('nobody')),
    logger: silentLogger,
    metrics: new Metrics({ service: 'function' }),
  });
  door = createTcpServer((socket) => {
    const inner = connect(functions.port, '127.0.0.1');
    // A probe whether somebody listens sends nothing.
    socket.once('data', () => {
      opened++;
      open.add(socket);
    });
    socket.on('close', () => {
      open.delete(socket);
      inner.destroy();
    });
    socket.on('error', () => undefined).pipe(inner);
    inner.on('error', () => undefined).on('close', () => socket.destroy());
    inner.pipe(socket);
  });
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve));
  address = `127.0.0.1:${(door.address() as AddressInfo).port}`;
});
afterAll(async () => {
  door?.close();
  await functions?.drain(0);
  pki?.drop();
});

beforeEach(() => {
  called = [];
  opened = 0;
});

async function callerWith(limits: { connections: number; ofAccount: number }) {
  const caller = new GrpcFunctionClients(
    'rotation-worker',
    await pki.issueFiles(serviceCertificate('rotation-worker')),
    anywhere,
    limits,
  );
  return {
    /** Calls one function of an account. Another function has other settings, and its own connection. */
    call: async (accountId: string, name: string) => {
      const implementation: GrpcImplementation = { kind: 'grpc', address, serverUri: '', caPem: `${pki.ca}\n# ${name}\n` };
      const invoker = caller.invoker(implementation, { accountId, name, timeoutMs: 10_000 });
      const secretArn = `${accountId} ${name}`;
      const signal = new AbortController().signal;
      await invoker.invoke('createSecret', { secretArn, token: 'token', rotationToken: 'rotation', signal });
      expect(called.at(-1)).toBe(secretArn);
    },
    close: () => caller.close(),
  };
}

it('keeps one connection to a function, and not more of an account than it may have', async () => {
  const { call, close } = await callerWith({ connections: 10, ofAccount: 2 });
  for (const name of ['one', 'two', 'three', 'three', 'two']) await call(GREEDY, name);
  expect(opened).toBe(3);
  await eventually('two connections are left', () => open.size === 2);
  await call(GREEDY, 'one');
  expect(opened).toBe(4);
  close();
  await eventually('all connections are closed', () => open.size === 0);
});

it('takes a connection from the account that has most', async () => {
  const { call, close } = await callerWith({ connections: 3, ofAccount: 3 });
  await call(MODEST, 'one');
  for (const name of ['one', 'two', 'three', 'four']) await call(GREEDY, name);
  await eventually('three connections are left', () => open.size === 3);
  expect(opened).toBe(5);
  await call(MODEST, 'one');
  expect(opened).toBe(5);
  close();
  await eventually('all connections are closed', () => open.size === 0);
});

it('shares no connection between accounts', async () => {
  const { call, close } = await callerWith({ connections: 3, ofAccount: 3 });
  await call(GREEDY, 'one');
  await call(MODEST, 'one');
  expect(opened).toBe(2);
  close();
});
