import { systemRandom } from '@strongroom/random';
import { generateKeyPair } from './ssh-key/ssh-key-pair';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

// For tests: servers of another kind than the function is for, and malicious ones.

const TLS_ALERT = Buffer.from([21, 3, 3, 0, 2, 2, 40]);
const HTTP = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 5\r\n\r\nhello';

/** A MySQL packet. */
export const packet = (sequence: number, body: Buffer): Buffer => {
  const head = Buffer.alloc(4);
  head.writeUIntLE(body.length, 0, 3);
  head[3] = sequence;
  return Buffer.concat([head, body]);
};

/** With what a MySQL server begins. @param plugin the one by which its accounts log in if they say nothing else */
export const mysqlGreeting = (plugin: string): Buffer =>
  packet(
    0,
    Buffer.concat([
      Buffer.from([10]),
      Buffer.from('8.0.99-lie\0'),
      Buffer.from([1, 0, 0, 0]),
      Buffer.from('12345678\0'),
      Buffer.from([0xff, 0xf7, 45, 2, 0, 0xff, 0x81, 21]),
      Buffer.alloc(10),
      Buffer.from(`123456789012\0${plugin}\0`),
    ]),
  );

const MYSQL_GREETING = mysqlGreeting('mysql_native_password');
const MYSQL_OK = Buffer.from([0, 0, 0, 2, 0, 0, 0]);

/** A message of PostgreSQL. */
const message = (type: string, body: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeInt32BE(body.length + 4);
  return Buffer.concat([Buffer.from(type), length, body]);
};
const PG_ROW = message('D', Buffer.concat([Buffer.from([0, 1, 0, 0, 0x10, 0]), Buffer.alloc(4096, 120)]));

/** Writes as long as the other side reads. */
const flood = (socket: Socket, part: Buffer): void => {
  const more = () => {
    while (!socket.destroyed && socket.write(part));
  };
  socket.on('drain', more);
  more();
};

/** The behaviours of servers, by what the server does with a connection. */
export const lies: Readonly<Record<string, (socket: Socket) => void>> = {
  'closes at once': (socket) => void socket.end(),
  'resets at once': (socket) => void socket.resetAndDestroy(),
  'speaks HTTP': (socket) => socket.once('data', () => void socket.end(HTTP)),
  'greets like a mail server': (socket) => void socket.write('220 mail.example ESMTP\r\n'),
  'sends noise': (socket) => void socket.write(systemRandom.bytes(4096)),
  'sends a TLS alert': (socket) => socket.once('data', () => void socket.end(TLS_ALERT)),
  'answers everything with zeros': (socket) => void socket.on('data', () => void socket.write(Buffer.alloc(64))),
  'sends zeros without end': (socket) => flood(socket, Buffer.alloc(65_536)),
  'sends lines without end': (socket) => flood(socket, Buffer.from(`+${'x'.repeat(65_000)}`)),
  'sends lists of Redis without end': (socket) => flood(socket, Buffer.from('*1\r\n'.repeat(10_000))),
  'answers Redis with a number': (socket) => void socket.on('data', () => void socket.write(':1\r\n')),
  'announces a text of a gigabyte to Redis': (socket) =>
    socket.once('data', () => {
      socket.write('$1073741824\r\n');
      flood(socket, Buffer.alloc(65_536, 120));
    }),
  'announces a message of two gigabytes to PostgreSQL': (socket) =>
    socket.once('data', () => {
      socket.write(Buffer.concat([Buffer.from('R'), Buffer.from([0x7f, 0xff, 0xff, 0xff])]));
      flood(socket, Buffer.alloc(65_536, 0));
    }),
  'asks PostgreSQL clients for a proof of an unknown kind': (socket) =>
    socket.once('data', () => void socket.write(message('R', Buffer.from([0, 0, 0, 13])))),
  'lets anybody in to PostgreSQL and sends rows without end': (socket) =>
    socket.once('data', () => {
      socket.write(message('R', Buffer.from([0, 0, 0, 3])));
      socket.once('data', () => {
        socket.write(Buffer.concat([message('R', Buffer.from([0, 0, 0, 0])), message('Z', Buffer.from('I'))]));
        socket.once('data', () => flood(socket, PG_ROW));
      });
    }),
  'asks MySQL clients for a password in the clear': (socket) => {
    socket.write(MYSQL_GREETING);
    socket.once('data', () => void socket.write(packet(2, Buffer.from('\xfemysql_clear_password\0\0', 'latin1'))));
  },
  'asks MySQL clients for a plugin of the prototype': (socket) => {
    socket.write(MYSQL_GREETING);
    socket.once('data', () => void socket.write(packet(2, Buffer.from('\xfe__proto__\0\0', 'latin1'))));
  },
  'lets anybody in to MySQL and sends rows without end': (socket) => {
    socket.write(MYSQL_GREETING);
    let answered = 0;
    socket.on('data', () => {
      if (answered++ === 0) socket.write(packet(2, MYSQL_OK));
      else if (answered === 2) {
        socket.write(packet(1, Buffer.from([1])));
        socket.write(packet(2, Buffer.from('\x03def\0\0\0\x01a\0\x0c\x2d\0\xff\0\0\0\xfd\0\0\0\0\0', 'latin1')));
        socket.write(packet(3, Buffer.from([0xfe, 0, 0, 2, 0])));
        flood(socket, packet(4, Buffer.concat([Buffer.from([0xfc, 0, 0x10]), Buffer.alloc(4096, 120)])));
      }
    });
  },
  'says OK to every command of MySQL and shows no setting': (socket) => {
    socket.write(MYSQL_GREETING);
    let answered = 0;
    socket.on('data', () => void socket.write(packet(answered++ === 0 ? 2 : 1, MYSQL_OK)));
  },
  'sends one byte a second': (socket) => {
    const timer = setInterval(() => void socket.write('H'), 1_000);
    socket.once('close', () => clearInterval(timer));
  },
  'says nothing': () => undefined,
};

/** The built-in functions that log in to a server: one for each kind of session. */
export const liedTo = [
  'strongroom-mysql-single-user',
  'strongroom-postgres-single-user',
  'strongroom-redshift-single-user',
  'strongroom-redis-acl-user',
  'strongroom-ssh-key',
  'strongroom-rabbitmq-user',
  'strongroom-oauth2-refresh-token',
  'strongroom-mongodb-user',
] as const;

const keyPair = generateKeyPair('of the tests');

/** The fields of a secret for any of these functions, with a server on this port of loopback. */
export const secretOnServer = (functionName: string, port: number, password: string, isTls = false) => ({
  engine: /(?<=^strongroom-)(?:mysql|postgres|redshift)(?=-)/.exec(functionName)?.[0],
  host: '127.0.0.1',
  port,
  ssl: isTls,
  username: 'app',
  password,
  privateKey: keyPair.privateKey,
  hostKey: keyPair.publicKey,
  issuer: `${isTls ? 'https' : 'http'}://127.0.0.1:${port}`,
  client_id: 'app',
  refresh_token: password,
});

/** A server on loopback with one of these behaviours. */
export class LyingServer {
  private readonly sockets = new Set<Socket>();
  /** What clients have sent. */
  readonly heard: Buffer[] = [];

  private constructor(private readonly server: Server) {}

  static async start(lie: (socket: Socket) => void): Promise<LyingServer> {
    const lying: LyingServer = new LyingServer(
      createServer((socket) => {
        lying.sockets.add(socket);
        socket.on('error', () => undefined).on('close', () => lying.sockets.delete(socket));
        socket.on('data', (part) => lying.heard.push(part));
        lie(socket);
      }),
    );
    await new Promise<void>((resolve) => lying.server.listen(0, '127.0.0.1', resolve));
    return lying;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The number of open connections. */
  get open(): number {
    return this.sockets.size;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
