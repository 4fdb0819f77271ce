import type { Http2ServerResponse } from 'node:http2';

/** The path of grpc.health.v1, by which every program of a cluster is asked for its health. */
export const HEALTH_CHECK = '/grpc.health.v1.Health/Check';

// HealthCheckResponse { status = 1 } of SERVING = 1 or NOT_SERVING = 2, after a byte for the compression and four for its length.
const statusMessage = (serving: boolean): Buffer => Buffer.from([0, 0, 0, 0, 2, 0x08, serving ? 1 : 2]);

/** Answers anybody, as the other services do. */
export function answerHealthCheck(response: Http2ServerResponse, serving: boolean): void {
  response.on('error', () => undefined);
  response.writeHead(200, { 'content-type': 'application/grpc' });
  response.addTrailers({ 'grpc-status': '0' });
  response.end(statusMessage(serving));
}
