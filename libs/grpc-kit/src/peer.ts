import type { Http2Session, ServerHttp2Stream } from 'node:http2';
import { isIP } from 'node:net';
import type { ServerUnaryCall } from '@grpc/grpc-js';
import type { Peer } from './call-context';
import { serviceName, uriName } from './subject-alternative-name';

/** What the calls of grpc-js have in common. */
export type PeerSource = Pick<ServerUnaryCall<unknown, unknown>, 'getPeer' | 'getAuthContext'>;

/** The HTTP/2 stream beneath a call: grpc-js has no public way to it. Undefined should a later grpc-js keep it elsewhere. */
export function streamOf(call: PeerSource): ServerHttp2Stream | undefined {
  return (call as { call?: { stream?: ServerHttp2Stream } }).call?.stream;
}

interface Known {
  peer: Peer;
  /** Without its certificate, for when that has expired. */
  anonymous: Peer;
  /** Milliseconds since the Unix epoch; Infinity without a certificate. */
  expiry: number;
}

/**
 * Who is at the other end. A certificate is read once for each connection, since reading it costs more than the rest of a call's
 * overhead; when it expires, the connection loses its identity with it.
 */
export class Peers {
  private readonly known = new WeakMap<Http2Session, Known>();
  /** The connections that have made calls, for the farewell of a draining server. */
  readonly sessions = new Set<Http2Session>();

  constructor(private readonly trustDomain: string) {}

  of(call: PeerSource): Peer {
    const session = streamOf(call)?.session;
    let known = session === undefined ? undefined : this.known.get(session);
    if (known === undefined) {
      known = this.identify(call);
      if (session !== undefined) this.remember(session, known);
    }
    return Date.now() < known.expiry ? known.peer : known.anonymous;
  }

  private remember(session: Http2Session, known: Known): void {
    this.known.set(session, known);
    if (session.destroyed) return;
    this.sessions.add(session);
    session.once('close', () => this.sessions.delete(session));
  }

  private identify(call: PeerSource): Known {
    const anonymous = { address: addressOf(call.getPeer()) };
    // Present only when the handshake verified it.
    const certificate = call.getAuthContext().sslPeerCertificate;
    const certificateUri = uriName(certificate?.subjectaltname);
    if (certificate === undefined || certificateUri === undefined) return { peer: anonymous, anonymous, expiry: Infinity };
    const service = serviceName(certificateUri, this.trustDomain);
    const peer: Peer = { ...anonymous, certificateUri, ...(service === undefined ? {} : { service }) };
    // An expiry that cannot be read is NaN, and no time comes before it.
    return { peer, anonymous, expiry: Date.parse(certificate.valid_to) };
  }
}

/** `127.0.0.1` of `127.0.0.1:5000`, `::1` of `::1:5000`; an IPv4 address in IPv6 form loses its prefix. */
export function addressOf(peer: string): string {
  const separator = peer.lastIndexOf(':');
  const address = isIP(peer.slice(0, separator)) !== 0 ? peer.slice(0, separator) : peer;
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}
