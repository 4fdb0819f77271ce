import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/**
 * A way to a server on this machine that can be shut for newcomers at a chosen moment: when a statement of a kind has passed. Who
 * is inside stays inside. So the walkthrough gets between two steps of a rotation, as a failing network would.
 */
export class HesitantDoor {
  private readonly waiting: (() => void)[] = [];
  private readonly sockets = new Set<Socket>();
  private shut = false;
  private opened = false;

  private constructor(
    private readonly server: Server,
    private readonly target: number,
    private readonly shutsAfter: RegExp,
  ) {
    server.on('connection', (socket) => this.admit(socket));
  }

  /** @param target a port on the loopback interface */
  static async build(target: number, shutsAfter: RegExp): Promise<HesitantDoor> {
    const server = createServer({ pauseOnConnect: true });
    const door = new HesitantDoor(server, target, shutsAfter);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return door;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Lets everybody in who waits, and from now on whoever comes. */
  /** Lets everybody in who waits, and whoever comes from now on. */
  open(): void {
    this.opened = true;
    for (const enter of this.waiting.splice(0)) enter();
  }

  close(): void {
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private admit(socket: Socket): void {
    this.track(socket);
    const enter = () => this.connect(socket);
    if (this.shut && !this.opened) this.waiting.push(enter);
    else enter();
  }

  private connect(socket: Socket): void {
    const target = this.track(connect(this.target, '127.0.0.1'));
    const end = () => {
      socket.destroy();
      target.destroy();
    };
    for (const each of [socket, target]) each.on('close', end);
    socket.on('data', (bytes) => (this.shut ||= this.shutsAfter.test(bytes.toString('latin1'))));
    socket.pipe(target).pipe(socket);
    socket.resume();
  }

  private track(socket: Socket): Socket {
    this.sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => this.sockets.delete(socket));
    return socket;
  }
}
