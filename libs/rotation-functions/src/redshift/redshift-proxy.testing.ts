import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { statementForPostgres } from './redshift-grammar.testing';

const SSL_REQUEST = 80_877_103;
const STARTS_WITH = ['user', 'database', 'client_encoding', 'application_name'];

const message = (type: string, body: Buffer): Buffer => {
  const head = Buffer.alloc(type.length + 4);
  head.write(type, 'latin1');
  head.writeInt32BE(body.length + 4, type.length);
  return Buffer.concat([head, body]);
};

/** For tests: makes a PostgreSQL understand Redshift's statements, and nothing else. */
export class RedshiftProxy {
  /** What the clients have sent. */
  readonly statements: string[] = [];
  private readonly sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {}

  static async start(target: { host: string; port: number }): Promise<RedshiftProxy> {
    const proxy: RedshiftProxy = new RedshiftProxy(createServer((client) => proxy.join(client, connect(target))));
    await new Promise<void>((resolve) => proxy.server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket, server: Socket): void {
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => other.destroy());
      socket.on('close', () => {
        this.sockets.delete(socket);
        other.end();
      });
    }
    server.on('data', (data) => client.write(data));
    let rest: Buffer = Buffer.alloc(0);
    let hasStarted = false;
    client.on('data', (data: Buffer) => {
      rest = Buffer.concat([rest, data]);
      // The first message has no type.
      for (;;) {
        const typed = hasStarted ? 1 : 0;
        if (rest.length < typed + 4) return;
        const end = typed + rest.readInt32BE(typed);
        if (rest.length < end) return;
        const [whole, body] = [rest.subarray(0, end), rest.subarray(typed + 4, end)];
        rest = rest.subarray(end);
        if (hasStarted) server.write(this.forPostgres(whole, body));
        else if (body.readInt32BE(0) === SSL_REQUEST) client.write('N');
        else {
          hasStarted = true;
          const unknown = startUpParameters(body).find((name) => !STARTS_WITH.includes(name));
          if (unknown === undefined) server.write(whole);
          else client.end(fatal(`unrecognized configuration parameter "${unknown}"`));
        }
      }
    });
  }

  private forPostgres(whole: Buffer, body: Buffer): Buffer {
    const type = String.fromCharCode(whole[0]!);
    if (type !== 'Q') return whole;
    const sql = body.toString('utf8', 0, body.length - 1);
    this.statements.push(sql);
    return message('Q', Buffer.from(`${statementForPostgres(sql)}\0`));
  }
}

const startUpParameters = (body: Buffer): string[] =>
  body
    .toString('utf8', 4)
    .split('\0')
    .filter((name, index) => index % 2 === 0 && name !== '');

const fatal = (text: string): Buffer => message('E', Buffer.from(`SFATAL\0VFATAL\0C42704\0M${text}\0\0`));
