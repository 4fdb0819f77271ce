import {
  type SecretWatch,
  WatchSecretsRequest,
  type WatchSecretsResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { readDuplex, type ServiceClient } from '@strongroom/grpc-kit';
import type { secretsService } from '@strongroom/methods';
import type { CallInvoker } from './call-invoker';
import type { RequestOf } from './calls';

type Duplex = ReturnType<ServiceClient<typeof secretsService>['watchSecrets']>;

/** The notices of one stream of watches. It is opened when it is read, and can be read once. */
export interface SecretWatchStream extends AsyncIterable<WatchSecretsResponse> {
  /**
   * How long after the stream began it should be replaced by another one, because its token expires, and it with it.
   * Milliseconds; Infinity before it has begun, and if nobody knows.
   */
  readonly renewInMs: number;
  /** Watches these as well. A stream takes 100 watches in its life. */
  add(...watches: RequestOf<SecretWatch>[]): void;
  /** Ends the watches that have these ids. */
  remove(...ids: number[]): void;
}

export class DuplexWatchStream implements SecretWatchStream {
  renewInMs = Infinity;
  private stream: Duplex | undefined;
  /** What was asked before there was a stream. */
  private first: WatchSecretsRequest | undefined;

  constructor(
    private readonly client: Pick<ServiceClient<typeof secretsService>, 'watchSecrets'>,
    private readonly invoker: CallInvoker,
    watches: readonly RequestOf<SecretWatch>[],
    private readonly signal?: AbortSignal,
  ) {
    this.first = WatchSecretsRequest.fromPartial({ add: [...watches] });
  }

  add(...watches: RequestOf<SecretWatch>[]): void {
    this.send({ add: watches });
  }

  remove(...ids: number[]): void {
    this.send({ remove: ids });
  }

  [Symbol.asyncIterator](): AsyncGenerator<WatchSecretsResponse, void> {
    return this.read();
  }

  private async *read(): AsyncGenerator<WatchSecretsResponse, void> {
    try {
      yield* this.invoker.stream<void, WatchSecretsResponse>(
        (_, { token, signal, renewInMs }) => {
          if (!this.first) throw new Error('a stream of watches can be read once');
          this.renewInMs = renewInMs;
          this.stream = this.client.watchSecrets({ token });
          this.stream.write(this.first);
          this.first = undefined;
          return readDuplex(this.stream, signal);
        },
        undefined,
        this.signal,
      );
    } finally {
      this.stream = undefined;
    }
  }

  private send(partial: Parameters<typeof WatchSecretsRequest.fromPartial>[0]): void {
    const request = WatchSecretsRequest.fromPartial(partial);
    if (this.stream) this.stream.write(request);
    else if (this.first) {
      const ended = new Set(request.remove);
      this.first.add = [...this.first.add.filter(({ id }) => !ended.has(id)), ...request.add];
    }
  }
}
