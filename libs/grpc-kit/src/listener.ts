import { type AddressInfo, type Socket, createServer } from 'node:net';
import { endpointOf } from '@strongroom/config';

/** The listening socket of a server. It is separate, so that a drain can stop accepting before it closes existing connections. */
export class Listener {
  private readonly sockets = new Set<Socket>();
  private readonly server;

  /** @param maxConnections further ones are closed as they arrive */
  constructor(accept: (socket: Socket) => void, maxConnections: number) {
    this.server = createServer({ noDelay: true }, (socket) => {
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
      accept(socket);
    });
    this.server.maxConnections = maxConnections;
  }

  /** @param address `host:port`; resolves with the port that was bound */
  async listen(address: string): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(endpointOf(address), resolve);
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
