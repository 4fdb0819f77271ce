import { Gauge, type Metric, Registry, collectDefaultMetrics } from 'prom-client';
import { CallHistogram } from './call-histogram';

/** The version of package.json, which the bundler puts in. Sources that run as they are have none. */
declare const __STRONGROOM_VERSION__: string | undefined;
export const VERSION = typeof __STRONGROOM_VERSION__ === 'string' ? __STRONGROOM_VERSION__ : 'none';

/** Observes the calls of one gRPC method. */
export interface CallTimer {
  /** `code` is the name of the gRPC status, such as `NOT_FOUND`. */
  observe(code: string, seconds: number): void;
}

/**
 * The metrics of one process. A service registers its own metrics in `registry` (prom-client's `registers: [metrics.registry]`).
 */
export class Metrics {
  readonly registry = new Registry();
  /** Calls that have started and not ended; streams count as calls. */
  inFlight = 0;
  private readonly serverCalls = new CallHistogram(
    'strongroom_grpc_server_seconds',
    'Duration of gRPC calls, from their last request byte to their status',
  );

  constructor({ service }: { service: string }) {
    this.registry.setDefaultLabels({ service });
    this.registry.registerMetric(this.serverCalls as unknown as Metric);
    new Gauge({
      name: 'strongroom_build_info',
      help: '1, with the version of the program',
      labelNames: ['version'],
      registers: [this.registry],
    }).set({ version: VERSION }, 1);
    const inFlight = () => this.inFlight;
    new Gauge({
      name: 'strongroom_grpc_server_in_flight',
      help: 'gRPC calls that have started and not ended',
      registers: [this.registry],
      collect() {
        this.set(inFlight());
      },
    });
  }

  serverCallTimer(method: string): CallTimer {
    return { observe: this.serverCalls.of(method) };
  }

  /** Adds Node's own: CPU, memory, event-loop lag, garbage collection. `startMetricsServer` calls it. */
  collectProcessMetrics(): void {
    if (this.registry.getSingleMetric('process_cpu_seconds_total') === undefined) {
      // A timer samples the loop's delay: the default of 10 ms would wake every idle service a hundred times a second.
      collectDefaultMetrics({ register: this.registry, eventLoopMonitoringPrecision: 500 });
    }
  }
}
