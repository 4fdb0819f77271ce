import { type AddressInfo, type Socket, createServer } from 'node:net';

/** More than this many connections wait in the kernel's queue. */
const MAX_CONNECTIONS = 10_000;

/** The listening socket of a server: its own, so that a drain can stop accepting before it says goodbye to those who are connected. */
export class Listener {
  private readonly sockets = new Set<Socket>();
  private readonly server;

  constructor(accept: (socket: Socket) => void) {
    this.server = createServer({ noDelay: true }, (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
      accept(socket);
    });
    this.server.maxConnections = MAX_CONNECTIONS;
  }

  /** @param address `host:port`; resolves with the port that was bound */
  async listen(address: string): Promise<number> {
    const separator = address.lastIndexOf(':');
    const host = address.slice(0, separator).replace(/^\[|\]$/g, '');
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(Number(address.slice(separator + 1)), host, resolve);
    });
    return (this.server.address() as AddressInfo).port;
  }

  stopAccepting(): void {
    this.server.close();
  }

  destroyConnections(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}
