import { constants, type Http2Session } from 'node:http2';
import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { type GRPC, networkOf, plainAddress } from '@strongroom/bounds';
import { Crowd, type Place } from '@strongroom/fairness';
import { randomInteger, systemRandom } from '@strongroom/random';
import type { Peer } from './call-context';
import { serviceName, uriName } from './subject-alternative-name';

/** One connection, since its handshake. */
export interface Connection {
  /** The other end at this moment: when its certificate expires, the connection loses its identity. */
  readonly peer: Peer;
  /** It has shown no valid credential. */
  readonly isStranger: boolean;
  /** It belongs to a service. */
  readonly isService: boolean;
}

const LAST_STREAM = 2 ** 31 - 1;
/** How long calls that left their client before a farewell reached it still find the connection open. Milliseconds. */
export const FAREWELL_MS = 100;

/** Tells the client to open no more calls on the connection. It names no last stream: calls on their way are still answered. */
export function sayFarewell(session: Http2Session): void {
  session.goaway(constants.NGHTTP2_NO_ERROR, LAST_STREAM);
}

interface Known extends Connection {
  isStranger: boolean;
  place?: Place;
}

interface Stranger {
  readonly socket: Socket;
  readonly place: Place;
  readonly timer: NodeJS.Timeout;
}

/**
 * The connections of a server, and their rights: few while a connection is a stranger's, more once its caller has shown a valid
 * token, most for services. The number of strangers is limited. One more closes the oldest connection of the address that has
 * most, because a new one may be about to show a credential. For callers, one more closes the oldest of the caller that has most.
 */
export class Connections {
  private readonly known = new Map<Http2Session, Known>();
  /** By address and port. */
  private readonly strangers = new Map<string, Stranger>();
  private readonly crowd: Crowd;
  private readonly callers: Crowd;

  constructor(
    private readonly bounds: typeof GRPC,
    private readonly trustDomain: string,
  ) {
    this.crowd = new Crowd(bounds.strangersConnections);
    this.callers = new Crowd(bounds.callersConnections);
  }

  get sessions(): Iterable<Http2Session> {
    return this.known.keys();
  }

  /** A connection was opened; nothing has been sent. */
  accept(socket: Socket): void {
    const key = keyOf(socket);
    const end = (): void => void socket.destroy();
    const timer = setTimeout(end, this.bounds.firstRequestMs).unref();
    const place = this.crowd.enter(networkOf(plainAddress(socket.remoteAddress)), 1, end);
    this.strangers.set(key, { socket, place, timer });
    socket.once('close', () => this.forget(key, socket));
  }

  /** The handshake is over. */
  open(session: Http2Session): void {
    if (session.destroyed) return;
    const known = this.identify(session);
    this.known.set(session, known);
    const ageing = this.endWithAge(session);
    session.once('close', () => {
      clearTimeout(ageing);
      this.known.delete(session);
      known.place?.leave();
    });
    if (known.isStranger) return;
    this.forget(keyOf(session.socket));
    if (known.isService) {
      session.settings({ maxConcurrentStreams: this.bounds.servicesStreams, initialWindowSize: this.bounds.servicesWindow });
    } else this.welcome(session, known, known.peer.certificateUri ?? '');
  }

  /** Undefined once it is gone. */
  of(session: Http2Session): Connection | undefined {
    return this.known.get(session);
  }

  /** A request arrived on the connection. */
  heard(session: Http2Session): void {
    const stranger = this.strangers.get(keyOf(session.socket));
    if (stranger !== undefined) clearTimeout(stranger.timer);
  }

  /** The connection has shown a valid credential. @param account its owner */
  prove(session: Http2Session | undefined, account: string): void {
    const known = session && this.known.get(session);
    if (session === undefined || known === undefined || !known.isStranger || session.destroyed) return;
    known.isStranger = false;
    this.forget(keyOf(session.socket));
    this.welcome(session, known, account);
  }

  /** A client looks for new instances when a connection ends. Calls and streams in progress end where they are. */
  private endWithAge(session: Http2Session): NodeJS.Timeout {
    const end = () => {
      if (session.destroyed) return;
      sayFarewell(session);
      setTimeout(() => session.close(), FAREWELL_MS).unref();
    };
    const { connectionMs } = this.bounds;
    // Not all clients at once.
    const age = connectionMs * 0.9 + randomInteger(systemRandom, Math.ceil(connectionMs / 5));
    return setTimeout(end, age).unref();
  }

  private welcome(session: Http2Session, known: Known, caller: string): void {
    session.settings({ maxConcurrentStreams: this.bounds.callersStreams });
    // Lets its calls finish; streams without an end have had their time.
    known.place = this.callers.enter(caller, 1, () => {
      session.close();
      setTimeout(() => session.destroy(), this.bounds.receiveMs).unref();
    });
  }

  private identify(session: Http2Session): Known {
    const socket = session.socket as TLSSocket;
    const anonymous: Peer = { address: plainAddress(socket.remoteAddress) };
    // A certificate is read once for each connection, because reading it costs more than the rest of a call's overhead.
    const certificate = socket.authorized ? socket.getPeerCertificate() : undefined;
    const certificateUri = uriName(certificate?.subjectaltname);
    if (certificate === undefined || certificateUri === undefined) {
      return { peer: anonymous, isStranger: true, isService: false };
    }
    const service = serviceName(certificateUri, this.trustDomain);
    const proven: Peer = { ...anonymous, certificateUri, ...(service === undefined ? {} : { service }) };
    // An expiry that cannot be read is NaN, and no time comes before it.
    const expiry = Date.parse(certificate.valid_to);
    return {
      get peer() {
        return Date.now() < expiry ? proven : anonymous;
      },
      isStranger: false,
      isService: service !== undefined,
    };
  }

  /** @param socket only if the entry is this one's: the port may have been given to another since */
  private forget(key: string, socket?: Socket): void {
    const stranger = this.strangers.get(key);
    if (stranger === undefined || (socket !== undefined && stranger.socket !== socket)) return;
    clearTimeout(stranger.timer);
    stranger.place.leave();
    this.strangers.delete(key);
  }
}

const keyOf = ({ remoteAddress, remotePort }: Pick<Socket, 'remoteAddress' | 'remotePort'>): string =>
  `${remoteAddress} ${remotePort}`;
