import { lstatSync, unlinkSync } from 'node:fs';
import type { Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import type { ListenAddress } from './listen-address';

/** The user of the agent and its group. */
const SOCKET_MODE = 0o660;

/**
 * Binds the server; returns the port, 0 for a Unix socket. A socket that nobody listens at any more is replaced.
 * @throws Error if the address is taken
 */
export async function listen(server: Server, address: ListenAddress): Promise<number> {
  if (address.kind === 'unix') await removeAbandoned(address.path);
  const bound = new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', resolve);
  });
  if (address.kind === 'unix') listenAt(server, address.path);
  else server.listen({ host: address.host, port: address.port });
  await bound;
  return address.kind === 'unix' ? 0 : (server.address() as AddressInfo).port;
}

function listenAt(server: Server, path: string): void {
  // The socket is made at once, and must never be open to others.
  const before = process.umask(0o777 & ~SOCKET_MODE);
  try {
    server.listen(path);
  } finally {
    process.umask(before);
  }
}

async function removeAbandoned(path: string): Promise<void> {
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return;
  if (!status.isSocket()) throw new Error(`${path} is there and is no socket`);
  if (await isListenedAt(path)) throw new Error(`somebody listens at ${path}`);
  unlinkSync(path);
}

const isListenedAt = (path: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(path);
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true));
    socket.once('error', ({ code }: NodeJS.ErrnoException) => done(code !== 'ECONNREFUSED'));
  });
