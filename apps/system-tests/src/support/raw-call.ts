import { type ChannelCredentials, Client, type ServiceDefinition, status } from '@grpc/grpc-js';

/** A method as the wire knows it. */
export interface RawMethod {
  path: string;
  requestStream: boolean;
}

export const methodsOf = (definition: ServiceDefinition): Record<string, RawMethod> => definition;

const bytes = (buffer: Buffer): Buffer => buffer;
const EMPTY = Buffer.alloc(0);

/**
 * Sends one empty message to any method and returns the name of its final status, or `OPEN` for a stream that stays open. It uses
 * a connection of its own, so that what others have proved does not count.
 */
export const callRaw = (address: string, channel: ChannelCredentials, method: RawMethod): Promise<string> =>
  new Promise((resolve) => {
    const client = new Client(address, channel, { 'grpc.enable_http_proxy': 0, 'grpc.use_local_subchannel_pool': 1 });
    const end = (answer: string) => {
      clearTimeout(patience);
      resolve(answer);
      client.close();
    };
    const patience = setTimeout(() => {
      call.cancel();
      end('OPEN');
    }, 1_500);
    const { path } = method;
    const start = () => {
      if (!method.requestStream) return client.makeServerStreamRequest(path, bytes, bytes, EMPTY);
      const stream = client.makeBidiStreamRequest(path, bytes, bytes);
      stream.write(EMPTY);
      return stream;
    };
    const call = start();
    call.on('data', () => {
      if (!method.requestStream) return;
      call.cancel();
      end('OPEN');
    });
    call.on('error', () => {});
    call.on('status', ({ code }) => end(status[code] ?? String(code)));
  });
