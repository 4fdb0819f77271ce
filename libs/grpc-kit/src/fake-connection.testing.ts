import type { Metadata, ServiceError } from '@grpc/grpc-js';
import { serviceUnavailable } from '@strongroom/errors';
import type { Service } from '@strongroom/methods';
import { toStatus } from './error-status';
import { clientOf, type Connection, type ServiceClient } from './service-client';

/** What a method answers; what it throws is sent as a server sends it. */
type Answer = (request: Record<string, unknown>) => unknown;

/** Replaces a connection: records the requests of unary calls, and answers as the test says. */
export class FakeConnection {
  readonly sent: { method: string; request: Record<string, unknown> }[] = [];
  readonly answers: Record<string, Answer> = {};
  private readonly names: ReadonlyMap<string, string>;

  private constructor(service: Service) {
    this.names = new Map(Object.entries(service.contract).map(([name, { path }]) => [path, name]));
  }

  /** A client of the service over a connection whose methods answer `{}`, unless the test says otherwise. */
  static of<S extends Service>(service: S): { connection: FakeConnection; client: ServiceClient<S> } {
    const connection = new FakeConnection(service);
    return { connection, client: clientOf(service, connection as unknown as Connection) };
  }

  requests(method: string): Record<string, unknown>[] {
    return this.sent.filter((call) => call.method === method).map(({ request }) => request);
  }

  /** Fails this often with UNAVAILABLE, then answers. */
  failing(method: string, times: number, answer: Answer = () => ({})): void {
    let left = times;
    this.answers[method] = (request) => {
      if (left-- > 0) throw serviceUnavailable('away');
      return answer(request);
    };
  }

  makeUnaryRequest(
    path: string,
    _serialize: unknown,
    _deserialize: unknown,
    request: Record<string, unknown>,
    _metadata: Metadata,
    _options: unknown,
    callback: (error: ServiceError | null, response?: unknown) => void,
  ) {
    const method = this.names.get(path)!;
    this.sent.push({ method, request });
    let answer: unknown;
    let error: ServiceError | null = null;
    try {
      answer = this.answers[method]?.(request) ?? {};
    } catch (thrown) {
      error = Object.assign(new Error('a status'), toStatus(thrown, { service: 'fake', requestId: '' }));
    }
    callback(error, answer);
    return { cancel: () => undefined };
  }

  close(): void {}
}
