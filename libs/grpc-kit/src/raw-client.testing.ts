import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type OutgoingHttpHeaders,
  type Settings,
  connect as connectHttp2,
} from 'node:http2';
import { connect as connectTls } from 'node:tls';
import { Status } from '@strongroom/contracts/google/rpc/status';
import type { TlsMaterial } from './index';

export interface RawStatus {
  /** The gRPC status; -1 if the stream ended without one. */
  code: number;
  message: string;
}

/** A message in gRPC's framing; `announced` gives it a false length. */
export function framed(message: Buffer, announced = message.length, flag = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(announced, 1);
  return Buffer.concat([prefix, message]);
}

/** A client that sends data that no gRPC client would. */
export class RawClient {
  private constructor(readonly session: ClientHttp2Session) {
    session.on('error', () => undefined);
  }

  static async connect(port: number, tls: TlsMaterial): Promise<RawClient> {
    const session = connectHttp2(`https://localhost:${port}`, {
      createConnection: () =>
        connectTls({ host: 'localhost', port, ca: tls.ca, cert: tls.certificate, key: tls.key, ALPNProtocols: ['h2'] }),
      maxSessionMemory: 1_000,
    });
    const client = new RawClient(session);
    await new Promise((resolve, reject) => session.once('remoteSettings', resolve).once('error', reject));
    return client;
  }

  get isClosed(): boolean {
    return this.session.destroyed;
  }

  get closed(): Promise<void> {
    return this.isClosed ? Promise.resolve() : new Promise((resolve) => this.session.once('close', () => resolve()));
  }

  /** Resolves with the server's settings once they hold what is wanted. */
  async settings(wanted: Settings): Promise<Settings> {
    for (;;) {
      const now = this.session.remoteSettings;
      if (Object.entries(wanted).every(([name, value]) => now[name as keyof Settings] === value)) return now;
      await new Promise((resolve) => this.session.once('remoteSettings', resolve));
    }
  }

  open(path: string, headers: OutgoingHttpHeaders = {}): RawCall {
    return new RawCall(
      this.session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers', ...headers }),
    );
  }

  destroy(): void {
    this.session.destroy();
  }
}

export class RawCall {
  readonly status: Promise<RawStatus>;
  isEnded = false;

  constructor(readonly stream: ClientHttp2Stream) {
    stream.on('error', () => undefined);
    stream.on('data', () => undefined);
    this.status = new Promise((resolve) => {
      const end = (status: RawStatus) => {
        this.isEnded = true;
        resolve(status);
      };
      const look = (headers: Record<string, unknown>) => {
        if (headers['grpc-status'] === undefined) return;
        const details = headers['grpc-status-details-bin'];
        const message = typeof details === 'string' ? Status.decode(Buffer.from(details, 'base64')).message : '';
        end({ code: Number(headers['grpc-status']), message });
      };
      stream.on('response', look);
      stream.on('trailers', look);
      stream.once('close', () => end({ code: -1, message: `reset ${stream.rstCode}` }));
    });
  }

  send(bytes: Buffer): this {
    this.stream.write(bytes);
    return this;
  }

  end(): this {
    this.stream.end();
    return this;
  }
}
