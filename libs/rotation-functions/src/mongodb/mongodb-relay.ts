import { createServer, type AddressInfo, type Socket } from 'node:net';
import { Transform, type TransformCallback } from 'node:stream';

/** The most bytes of a message, including its header of 16. */
const MESSAGE = { min: 16, max: 4 * 1024 * 1024 };
/** The driver uses one connection for its work and some to watch the server. */
const MAX_CONNECTIONS = 8;

/**
 * Passes on whole messages, and ends with an error at an impossible one: the driver would read a message of length 0 for ever.
 */
export class MessageFrames extends Transform {
  private length = Buffer.alloc(0);
  private left = 0;

  override _transform(chunk: Buffer, _: BufferEncoding, done: TransformCallback): void {
    for (let at = 0; at < chunk.length;) {
      if (this.left === 0) {
        const taken = chunk.subarray(at, at + 4 - this.length.length);
        this.length = Buffer.concat([this.length, taken]);
        at += taken.length;
        if (this.length.length < 4) break;
        const length = this.length.readInt32LE();
        if (length < MESSAGE.min || length > MESSAGE.max) return done(new Error('not a message of MongoDB'));
        [this.left, this.length] = [length - 4, Buffer.alloc(0)];
      }
      const passed = Math.min(this.left, chunk.length - at);
      this.left -= passed;
      at += passed;
    }
    done(null, chunk);
  }
}

/**
 * Works with a local port that stands for a server. MongoDB's driver opens connections by itself, but rotation opens and limits
 * all its connections in one place. They stay open as long as the work takes.
 */
export const withRelay = async <T>(open: () => Promise<Socket>, work: (port: number) => Promise<T>): Promise<T> => {
  // The first connection is opened before the driver, which would report a failure late and in its own words.
  let first: Socket | undefined = await open();
  const sockets = new Set<Socket>([first]);
  const join = (client: Socket, target: Socket) => {
    const end = () => {
      client.destroy();
      target.destroy();
    };
    for (const socket of [client, target]) sockets.add(socket.on('close', end));
    client.pipe(target);
    target.pipe(new MessageFrames().on('error', end)).pipe(client);
  };
  const server = createServer((client) => {
    client.on('error', () => {});
    sockets.add(client);
    const target = first ? Promise.resolve(first) : open();
    first = undefined;
    target.then(
      (opened) => join(client, opened),
      () => client.destroy(),
    );
  });
  server.maxConnections = MAX_CONNECTIONS;
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(0, '127.0.0.1', resolve);
    });
    return await work((server.address() as AddressInfo).port);
  } finally {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
};
