import type { ServerHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { Crowd, Place } from '@strongroom/fairness';
import { networkOf, plainAddress } from '@strongroom/bounds';

/** The connections of all servers, by whether somebody has proved who they are on them. */
export interface ConnectionCrowds {
  strangers: Crowd;
  known: Crowd;
}

/** One connection, counted from its first byte, before TLS begins. */
export class Connection {
  readonly address: string;
  /** The network that it counts against while its client is a stranger. */
  readonly network: string;
  /** It takes no more requests, and ends after those in flight. */
  isEnding = false;
  private place: Place;
  private isKnown = false;
  private underWay = 0;
  private session?: ServerHttp2Session;
  /** Ends a connection without a request. */
  private silence?: NodeJS.Timeout;
  /** End requests whose bodies do not come. */
  private readonly slow = new Set<NodeJS.Timeout>();

  constructor(
    private readonly socket: Socket,
    private readonly crowds: ConnectionCrowds,
  ) {
    this.address = plainAddress(socket.remoteAddress);
    this.network = networkOf(this.address);
    this.place = crowds.strangers.enter(this.network, 1, () => this.end());
    socket.once('close', () => {
      clearTimeout(this.silence);
      // A request that was answered before its end emits no more events, so its timer ends here.
      for (const timer of this.slow) clearTimeout(timer);
      this.place.leave();
    });
  }

  speaksHttp2(session: ServerHttp2Session): void {
    this.session = session;
  }

  /** Gives it `milliseconds` for its first request. */
  awaitRequest(milliseconds: number): void {
    this.silence = setTimeout(() => this.end(), milliseconds);
  }

  /** A request has arrived, and has `milliseconds` for its body. Call the returned function once it has been answered. */
  begin(request: Readable, milliseconds: number): () => void {
    clearTimeout(this.silence);
    this.underWay++;
    // Node's own limits do not cover HTTP/2.
    const slow = setTimeout(() => request.destroy(), milliseconds);
    const isIn = () => {
      clearTimeout(slow);
      this.slow.delete(slow);
    };
    this.slow.add(slow);
    request.once('end', isIn);
    request.once('close', isIn);
    return () => {
      this.underWay--;
    };
  }

  /** Somebody of this account has proved who they are on this connection. */
  provedBy(accountId: string): void {
    if (this.isKnown || this.socket.destroyed) return;
    this.isKnown = true;
    this.place.leave();
    this.place = this.crowds.known.enter(accountId, 1, () => this.wind());
  }

  private wind(): void {
    if (this.underWay === 0) return this.end();
    this.isEnding = true;
    this.session?.close();
  }

  private end(): void {
    this.socket.destroy();
  }
}

/**
 * The connections of one server. They are found again by what Node makes of their sockets: a TLS socket, or an HTTP/2 session.
 */
export class Connections {
  private readonly open = new Map<string, Connection>();
  private readonly found = new WeakMap<object, Connection>();
  private readonly sockets = new Set<Socket>();

  constructor(private readonly crowds: ConnectionCrowds) {}

  accept(socket: Socket): void {
    const name = nameOf(socket);
    const connection = new Connection(socket, this.crowds);
    this.sockets.add(socket);
    this.open.set(name, connection);
    socket.once('close', () => {
      this.sockets.delete(socket);
      if (this.open.get(name) === connection) this.open.delete(name);
    });
  }

  /** @returns undefined if it has ended meanwhile */
  of(transport: object, socket: Pick<Socket, 'remoteAddress' | 'remotePort'>): Connection | undefined {
    let connection = this.found.get(transport);
    if (connection === undefined) {
      connection = this.open.get(nameOf(socket));
      if (connection !== undefined) this.found.set(transport, connection);
    }
    return connection;
  }

  destroy(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

const nameOf = ({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>): string =>
  `${remoteAddress} ${remotePort}`;
