import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { subjectIn, type Gates } from './gates';

/** The action of whoever logs in. */
export const LOGIN = 'login';

/**
 * Stands between the worker and a database server, sees the statements, and holds them or their answers at gates. MySQL's and
 * PostgreSQL's clients send a statement as one packet with its text in the clear, and wait for the answer.
 */
export class DatabaseProxy {
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async start(target: { host: string; port: number }, gates: Gates): Promise<DatabaseProxy> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const proxy = new DatabaseProxy(server, (server.address() as AddressInfo).port);
    server.on('connection', (client: Socket) => proxy.join(client, connect(target), gates));
    return proxy;
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket, server: Socket, gates: Gates): void {
    let subject: string | undefined;
    let action = '';
    let isFirst = true;
    const end = () => {
      client.destroy();
      server.destroy();
    };
    pump(client, server, end, async (chunk) => {
      const statement = chunk.toString('latin1').replace(/\0+$/, '');
      subject = subjectIn(statement) ?? subject;
      action = isFirst ? LOGIN : statement;
      isFirst = false;
      return (await gates.pass(subject, 'before', action)) === 'go';
    });
    pump(server, client, end, async () => action === '' || (await gates.pass(subject, 'after', action)) === 'go');
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', end);
      socket.on('close', () => {
        this.sockets.delete(socket);
        // What was said last still arrives.
        other.end();
      });
    }
  }
}

/**
 * Data are taken in while others are held, so that an end is noticed at once; what was held for somebody who is gone goes
 * nowhere.
 */
const pump = (from: Socket, to: Socket, end: () => void, mayPass: (chunk: Buffer) => Promise<boolean>): void => {
  let order = Promise.resolve();
  from.on('data', (chunk: Buffer) => {
    order = order.then(async () => {
      if (!(await mayPass(chunk))) end();
      else if (!to.destroyed && !from.destroyed) to.write(chunk);
    });
  });
};
