import { connect, type PeerCertificate } from 'node:tls';

/** What a TLS server shows to somebody who trusts this CA. */
export interface TlsAnswer {
  certificate: PeerCertificate;
  /** Why the client does not trust it, such as `SELF_SIGNED_CERT_IN_CHAIN` or `ERR_TLS_CERT_ALTNAME_INVALID`. */
  distrust?: string;
}

export interface Endpoint {
  host: string;
  port: number;
}

/** Rejects with the reason if the server cannot be reached, or has no handshake in time. */
export const probeTls = (
  { host, port }: Endpoint,
  { ca, cert, key, timeoutMs }: { ca: string | Buffer; cert?: string | Buffer; key?: string | Buffer; timeoutMs: number },
): Promise<TlsAnswer> =>
  new Promise((resolve, reject) => {
    // What is wrong with the certificate is to be told, so the handshake must not end because of it. Nothing is sent.
    const socket = connect({
      host,
      port,
      ca,
      cert,
      key,
      servername: /^[\d.]+$|:/.test(host) ? '' : host,
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
      ALPNProtocols: ['h2', 'http/1.1'],
    });
    const end = (act: () => void) => {
      clearTimeout(timer);
      socket.destroy();
      act();
    };
    const timer = setTimeout(() => end(() => reject(new Error(`no TLS handshake within ${timeoutMs / 1000} s`))), timeoutMs);
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end(() => reject(new Error(REASONS[error.code ?? ''] ?? error.message))),
    );
    socket.once('secureConnect', () => {
      const certificate = socket.getPeerCertificate();
      // Node sets a code, whatever its types say.
      const distrust = socket.authorized ? undefined : String(socket.authorizationError);
      end(() => resolve({ certificate, distrust }));
    });
  });

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'the name is not known',
  EAI_AGAIN: 'the name cannot be looked up now',
  EHOSTUNREACH: 'no route to the host',
  ECONNRESET: 'the connection was reset',
  ETIMEDOUT: 'no answer',
};
