import { DomainError, serviceUnavailable } from '@strongroom/errors';
import type { UnaryMethod } from '@strongroom/grpc-kit';

type Method = UnaryMethod<Record<string, unknown>, unknown>;
type Callback = Parameters<Method>[3];

/** What a method answers; an error is sent as a status of its own code. */
type Answer = (request: Record<string, unknown>) => unknown;

/**
 * Replaces a generated client: every method records its requests and answers as the test says.
 */
export class FakeGeneratedClient {
  readonly sent: { method: string; request: Record<string, unknown> }[] = [];
  readonly answers: Record<string, Answer> = {};

  /** @param service ts-proto's description of the service */
  constructor(service: object) {
    for (const method of Object.keys(service)) {
      const call = (request: Record<string, unknown>, _metadata: unknown, _options: unknown, callback: Callback) => {
        this.sent.push({ method, request });
        try {
          callback(null, this.answers[method]?.(request) ?? {});
        } catch (error) {
          // UNAVAILABLE, as grpc-js reports it for a server that has ended.
          const code = error instanceof DomainError && error.kind === 'unavailable' ? 14 : 9;
          callback(Object.assign(error as Error, { code, details: (error as Error).message, metadata: undefined }) as never, {});
        }
        return { cancel: () => undefined };
      };
      (this as Record<string, unknown>)[method] = call;
    }
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
}
