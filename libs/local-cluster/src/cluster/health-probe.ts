import { readFileSync } from 'node:fs';
import { Client, credentials } from '@grpc/grpc-js';

// A channel of its own, closed with the client: the next probe must not wait for the back-off of the last one.
const channelOptions = { 'grpc.enable_http_proxy': 0, 'grpc.use_local_subchannel_pool': 1 };

// grpc.health.v1 by hand: HealthCheckRequest without fields, HealthCheckResponse { status = 1 } of SERVING = 1. A dozen
// bytes that never change are not worth a generated client.
const REQUEST = Buffer.alloc(0);
const SERVING = Buffer.from([0x08, 0x01]);

/** Whether the server at `address` (host:port) calls itself SERVING within a second, over TLS with this authority. */
export const isServing = (address: string, caFile: string): Promise<boolean> =>
  new Promise((resolve) => {
    const client = new Client(address, credentials.createSsl(readFileSync(caFile)), channelOptions);
    client.makeUnaryRequest<Buffer, Buffer>(
      '/grpc.health.v1.Health/Check',
      (request) => request,
      (response) => response,
      REQUEST,
      { deadline: Date.now() + 1_000 },
      (error, response) => {
        client.close();
        resolve(!error && response !== undefined && response.equals(SERVING));
      },
    );
  });
