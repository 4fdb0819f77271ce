import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { endpointOf } from '@strongroom/config';
import type { Metrics } from './metrics';

export interface MetricsServer {
  /** The bound port; useful if `listen` had port 0. */
  readonly port: number;
  close(): Promise<void>;
}

export interface MetricsServerOptions {
  metrics: Metrics;
  /** `host:port`. Use a loopback host unless you trust the network: there is no authentication. */
  listen: string;
  /** Whether the process can do its work; `/healthz` answers 200 or 503 accordingly. Default: always. */
  isHealthy?: () => boolean;
}

/** Serves `/metrics` (Prometheus text format) and `/healthz` over HTTP. */
export async function startMetricsServer({
  metrics,
  listen,
  isHealthy = () => true,
}: MetricsServerOptions): Promise<MetricsServer> {
  metrics.collectProcessMetrics();
  const answer = (response: ServerResponse, status: number, body: string, contentType = 'text/plain; charset=utf-8') =>
    response.writeHead(status, { 'content-type': contentType }).end(body);

  const server = createServer((request, response) => {
    if (request.method !== 'GET') answer(response, 405, 'only GET\n');
    else if (request.url === '/healthz') answer(response, isHealthy() ? 200 : 503, isHealthy() ? 'ok\n' : 'not serving\n');
    else if (request.url === '/metrics') {
      metrics.registry.metrics().then(
        (text) => answer(response, 200, text, metrics.registry.contentType),
        () => answer(response, 500, 'the metrics could not be collected\n'),
      );
    } else answer(response, 404, 'there is /metrics and /healthz\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(endpointOf(listen), resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
