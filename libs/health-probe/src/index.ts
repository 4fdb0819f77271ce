export { answerHealthCheck, HEALTH_CHECK } from './answer-health-check';
import { readFileSync } from 'node:fs';
import { connect, type ClientHttp2Session } from 'node:http2';
import { connect as connectTcp, isIP } from 'node:net';
import { connect as connectTls } from 'node:tls';

// grpc.health.v1, written by hand: HealthCheckRequest without fields, HealthCheckResponse { status = 1 } with SERVING = 1, each
// after one byte for the compression and four for its length. These bytes never change, and a program that runs every few seconds
// must start faster than a gRPC library allows.
const REQUEST = Buffer.alloc(5);
const SERVING = Buffer.from([0, 0, 0, 0, 2, 0x08, 0x01]);

/** A machine where much goes on gives a new process little. Milliseconds. */
const PATIENCE = 8_000;

/** Whether the server at `address` (host:port) reports SERVING in time, over TLS with this CA: a file, or PEM. */
export const isServing = (address: string, ca: string | { pem: string | Buffer }, patienceMs = PATIENCE): Promise<boolean> =>
  new Promise((resolve) => {
    const authority = typeof ca === 'string' ? readFileSync(ca) : ca.pem;
    const { hostname, port } = new URL(`https://${address}`);
    const host = hostname.replace(/^\[|\]$/g, '');
    // Who waits for a start asks often: as long as nobody listens, that must cost no more than to find it out.
    const socket = connectTcp({ host, port: Number(port || 443) });
    let session: ClientHttp2Session | undefined;
    const end = (answer: boolean) => {
      clearTimeout(timeout);
      session?.destroy();
      socket.destroy();
      resolve(answer);
    };
    const timeout = setTimeout(end, patienceMs, false);
    socket.on('error', () => end(false));
    socket.on('close', () => end(false));
    socket.once('connect', () => {
      const secure = { ca: authority, minVersion: 'TLSv1.3', ALPNProtocols: ['h2'] } as const;
      const servername = isIP(host) ? undefined : host;
      const createConnection = () => connectTls({ socket, host, servername, ...secure }).on('error', () => end(false));
      session = connect(`https://${address}`, { createConnection });
      session.on('error', () => end(false));
      session.on('close', () => end(false));
      const stream = session.request({
        ':method': 'POST',
        ':path': '/grpc.health.v1.Health/Check',
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      const received: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => received.push(chunk));
      stream.on('error', () => end(false));
      stream.on('end', () => end(Buffer.concat(received).equals(SERVING)));
      stream.end(REQUEST);
    });
  });
