import {
  type HealthCheckRequest,
  HealthCheckResponse_ServingStatus as Status,
  HealthService,
} from '@strongroom/contracts/grpc/health/v1/health';
import { resourceNotFound } from '@strongroom/errors';
import { serverStream, unary } from './handler';
import type { ServedService } from './server-options';

export const healthName = 'grpc.health.v1.Health';

/** grpc.health.v1 for one process: its services are healthy together, because they share their dependencies. */
export class Health {
  isServing = true;
  private readonly watchers = new Set<() => void>();
  private readonly names: ReadonlySet<string>;

  constructor(serviceNames: readonly string[]) {
    this.names = new Set(['', ...serviceNames]);
  }

  set(status: 'serving' | 'not-serving'): void {
    this.isServing = status === 'serving';
    for (const changed of this.watchers) changed();
  }

  private of(service: string): Status {
    if (!this.names.has(service)) return Status.SERVICE_UNKNOWN;
    return this.isServing ? Status.SERVING : Status.NOT_SERVING;
  }

  /** The current status, and each one after it. */
  private async *watch(service: string, signal: AbortSignal): AsyncGenerator<{ status: Status }> {
    let changed: () => void = () => undefined;
    const wake = () => changed();
    this.watchers.add(wake);
    signal.addEventListener('abort', wake);
    try {
      for (let last: Status | undefined; !signal.aborted;) {
        const change = new Promise<void>((resolve) => (changed = resolve));
        const status = this.of(service);
        if (status !== last) yield { status };
        last = status;
        if (this.of(service) === last) await change;
      }
    } finally {
      this.watchers.delete(wake);
    }
  }

  served(): ServedService {
    return {
      definition: HealthService,
      handlers: {
        check: unary(async ({ service }: HealthCheckRequest) => {
          const status = this.of(service);
          if (status === Status.SERVICE_UNKNOWN) throw resourceNotFound('the server has no service of this name');
          return { status };
        }),
        list: unary(async () => ({
          statuses: Object.fromEntries([...this.names].map((name) => [name, { status: this.of(name) }])),
        })),
        watch: serverStream(({ service }: HealthCheckRequest, { signal }) => this.watch(service, signal)),
      },
    };
  }
}
