import { createServer, type AddressInfo, type Socket } from 'node:net';
import { withMongoDb } from '../connectors.testing';

// No MongoDB runs here. This shows what the real driver does if no server answers.

jest.setTimeout(60_000);

const login = { host: '127.0.0.1', port: 1, username: 'app', password: 'hunter-2', authSource: 'admin', of: 'AWSCURRENT' };
const open = (port: number, signal = new AbortController().signal) =>
  withMongoDb({ ...login, port }, signal, () => Promise.resolve());

it('says within its time that a server does not answer, and never the password', async () => {
  const failure = (await open(1).catch((error: unknown) => error)) as Error;
  expect(failure).toMatchObject({
    kind: 'unavailable',
    message: expect.stringContaining('"host" and "port" of AWSCURRENT') as string,
  });
  expect(JSON.stringify([failure.message, failure.stack])).not.toContain('hunter-2');
});

it('gives up a server that takes connections and says nothing, when the step is over', async () => {
  const sockets: Socket[] = [];
  const silent = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const step = new AbortController();
  const attempt = open((silent.address() as AddressInfo).port, step.signal);
  const timer = setTimeout(() => step.abort(), 200);
  await expect(attempt).rejects.toMatchObject({ kind: 'cancelled' });
  clearTimeout(timer);
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => silent.close(resolve));
});
