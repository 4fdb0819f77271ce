import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { connect } from 'node:net';
import type { TargetNetwork } from '@strongroom/egress';
import { anywhere } from '@strongroom/egress/testing';
import { packet, mysqlGreeting } from '../lying-servers.testing';
import { mysqlServer } from './mysql.server';

// A server that asks for the whole proof of caching_sha2_password, as MySQL does for a password that it does not know by heart.

const ASKS_FOR_THE_PASSWORD = Buffer.from([1, 4]);
const switchTo = (plugin: string) =>
  Buffer.concat([Buffer.from([0xfe]), Buffer.from(`${plugin}\0`), Buffer.alloc(20, 7), Buffer.from([0])]);

let server: Server;
const heard: Buffer[] = [];

const serve = (socket: Socket, plugin: string) => {
  socket.write(mysqlGreeting(plugin));
  let answers = 0;
  socket.on('error', () => undefined);
  socket.on('data', (data) => {
    heard.push(data);
    answers++;
    const [sequence, body] = [data[3]! + 1, data.subarray(4)];
    if (answers === 1 && !body.includes(`${plugin}\0`)) socket.write(packet(sequence, switchTo(plugin)));
    else if (plugin === 'caching_sha2_password' && body.length !== 1) socket.write(packet(sequence, ASKS_FOR_THE_PASSWORD));
    else socket.end();
  });
};

afterEach(() => new Promise((resolve) => server.close(resolve)));

const start = (plugin: string) =>
  new Promise<number>((resolve) => {
    heard.length = 0;
    server = createServer((socket) => serve(socket, plugin));
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });

/** A network in which every host is this machine. */
const here: TargetNetwork = {
  open: ({ port }) => Promise.resolve(connect({ host: '127.0.0.1', port })),
  openTls: anywhere.openTls.bind(anywhere),
  secure: anywhere.secure.bind(anywhere),
};

const logIn = (port: number, host: string) =>
  mysqlServer(here).connect(
    { host, port, user: 'app', password: 'the-password', of: 'AWSCURRENT' },
    new AbortController().signal,
  );

it.each(['caching_sha2_password', 'sha256_password'])('%s: another machine gets no password without TLS', async (plugin) => {
  const port = await start(plugin);
  await expect(logIn(port, 'db.example')).rejects.toMatchObject({
    kind: 'failed-precondition',
    message: 'The account of the user of AWSCURRENT requires TLS: set the field "ssl" to true.',
  });
  // It was not asked for the key that would protect the password.
  expect(heard.some((data) => data.length === 5)).toBe(false);
});

it.each(['caching_sha2_password', 'sha256_password'])('%s: this machine is asked for its key', async (plugin) => {
  const port = await start(plugin);
  await expect(logIn(port, '127.0.0.1')).rejects.toMatchObject({ kind: 'unavailable' });
  expect(heard.at(-1)!.subarray(4)).toEqual(Buffer.from([plugin === 'sha256_password' ? 1 : 2]));
});
