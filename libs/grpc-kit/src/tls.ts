import { constants } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SecureContextOptions } from 'node:tls';
import { ServerCredentials } from '@grpc/grpc-js';
import type { GRPC } from '@strongroom/bounds';

/** PEM files: the authority that vouches for peers, and this process's certificate and key. */
export interface TlsFiles {
  caFile: string;
  certFile: string;
  keyFile: string;
}

/** The files of a client; one that authenticates by token needs neither certificate nor key. */
export type ClientTlsFiles = Pick<TlsFiles, 'caFile'> & Partial<TlsFiles>;

/** The same as PEM texts; a client that authenticates by token has neither certificate nor key. */
export interface TlsMaterial {
  ca: string | Buffer;
  certificate?: string | Buffer;
  key?: string | Buffer;
}

export function readTls(tls: ClientTlsFiles | TlsMaterial): TlsMaterial {
  if ('ca' in tls) return tls;
  const read = (file: string | undefined) => (file === undefined ? undefined : readFileSync(file));
  return { ca: readFileSync(tls.caFile), certificate: read(tls.certFile), key: read(tls.keyFile) };
}

/** What client and server share: TLS 1.3, and no session tickets, so that each connection proves its certificate anew. */
export function secureContext({ ca, certificate, key }: TlsMaterial): SecureContextOptions {
  return {
    ca,
    cert: certificate,
    key,
    minVersion: 'TLSv1.3',
    secureOptions: constants.SSL_OP_NO_TICKET,
  };
}

/** Frames that break the protocol, and streams that were refused, before a connection is closed. */
const MAX_INVALID_FRAMES = 100;
const MAX_REJECTED_STREAMS = 100;
/** SETTINGS and PING that wait for their answers, before a connection is closed. */
const MAX_OUTSTANDING = 10;

/**
 * Asks for a client certificate, and lets the handshake pass without a good one: callers may hold a bearer token instead. The
 * socket is `authorized` only for a certificate that our CA vouches for, and `connections.ts` looks at no other.
 */
export class MutualTlsCredentials extends ServerCredentials {
  /** @param bounds of a stranger's connection; that of a caller who is known gets more when it is */
  constructor(tls: TlsMaterial, bounds: typeof GRPC) {
    super(
      {
        requestCert: true,
        rejectUnauthorized: false,
        handshakeTimeout: bounds.handshakeMs,
        maxHeaderListPairs: bounds.headerPairs,
        maxSessionInvalidFrames: MAX_INVALID_FRAMES,
        maxSessionRejectedStreams: MAX_REJECTED_STREAMS,
        maxOutstandingPings: MAX_OUTSTANDING,
        settings: {
          maxConcurrentStreams: bounds.strangersStreams,
          initialWindowSize: bounds.window,
          maxHeaderListSize: bounds.headers,
          enablePush: false,
        },
      },
      secureContext(tls),
    );
  }

  _equals(other: ServerCredentials): boolean {
    return this === other;
  }
}
