import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** The way of one client to one server, which can fail as networks do. */
export class Link {
  private readonly sockets = new Set<Socket>();
  private isDown = false;

  private constructor(
    private readonly server: Server,
    private readonly target: { host: string; port: number },
  ) {
    server.on('connection', (client: Socket) => (this.isDown ? client.destroy() : this.join(client)));
  }

  /** @param to `host:port` */
  static async open(to: string): Promise<Link> {
    const [host, port] = to.split(':') as [string, string];
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new Link(server, { host, port: Number(port) });
  }

  /** `127.0.0.1:<port>`. */
  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** From now on nothing arrives, and neither end is told. */
  stall(): void {
    for (const socket of this.sockets) socket.pause();
  }

  /** What was on its way is lost, and nobody gets through. */
  cut(): void {
    this.isDown = true;
    for (const socket of this.sockets) socket.destroy();
  }

  mend(): void {
    this.isDown = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket): void {
    const server = connect(this.target);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.add(from);
      from.setNoDelay(true);
      // Not `pipe`, which would resume what is paused when the other end has room.
      from.on('data', (chunk) => to.write(chunk));
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
  }
}
