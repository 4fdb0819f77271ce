import { Coalescer } from '@strongroom/coalesce';
import type {
  DataKey as DataKeyMessage,
  DataKeyOperation,
  DataKeyOutcome,
  StreamDataKeysResponse,
} from '@strongroom/contracts/strongroom/keys/v1/keys';
import { DomainError, internalServiceError, serviceUnavailable } from '@strongroom/errors';
import { fromStatus, type ServiceClient } from '@strongroom/grpc-kit';
import type { dataKeyService } from '@strongroom/methods';
import { backoff, type RandomSource } from '@strongroom/random';
import { inSpan, traceparent } from '@strongroom/tracing';
import type { DataKey, DataKeys, DataKeyUse } from '../domain/data-keys.port';

type Client = Pick<ServiceClient<typeof dataKeyService>, 'streamDataKeys'>;
type Stream = ReturnType<Client['streamDataKeys']>;

interface Question {
  operation: DataKeyOperation;
  deadline: number;
}

/** A message on the stream that waits for its answer. */
interface Sent {
  stream: Stream;
  answered(outcomes: DataKeyOutcome[]): void;
  lost(): void;
}

const METHOD = 'strongroom.keys.v1.DataKeyService/StreamDataKeys';
const ASKING = { kind: 'client', fields: { 'rpc.system.name': 'grpc', 'rpc.method': METHOD } } as const;
const MAX_BATCH = 256;
/** The longest wait for the key service, whatever the caller's deadline; milliseconds. */
const MAX_WAIT_MS = 5_000;
const PAUSES = { first: 20, longest: 1_000 };

/**
 * The stream broke before the answer arrived. All operations can be repeated, because they change nothing in the key service.
 */
class StreamLost extends Error {}

/**
 * The key service over one long-lived stream: all requests of one turn of the event loop are one message. A broken stream is
 * opened again, with jitter, and requests that waited on it are sent again as long as their deadline allows.
 */
export class DataKeyClient implements DataKeys {
  private readonly coalescer = new Coalescer<Question, DataKeyMessage>({ maxBatch: MAX_BATCH, run: (batch) => this.run(batch) });
  private readonly sent = new Map<bigint, Sent>();
  private stream: Stream | undefined;
  private nextBatchId = 1n;
  private failures = 0;
  private closed = false;

  constructor(
    private readonly client: Client,
    private readonly random: RandomSource,
    private readonly maxWaitMs = MAX_WAIT_MS,
  ) {}

  async generate(keyId: string, use: DataKeyUse): Promise<DataKey & { wrapped: Buffer }> {
    const key = await this.ask({ $case: 'generateUnderKeyId', value: keyId }, use);
    return { plaintext: key.plaintext, keyArn: key.keyArn, wrapped: key.ciphertextBlob };
  }

  decrypt(wrapped: Buffer, use: DataKeyUse): Promise<DataKey> {
    return this.ask({ $case: 'decryptCiphertextBlob', value: wrapped }, use);
  }

  async reEncrypt(wrapped: Buffer, use: Omit<DataKeyUse, 'caller'>): Promise<Buffer> {
    return (await this.ask({ $case: 'reEncryptCiphertextBlob', value: wrapped }, { ...use, caller: undefined })).ciphertextBlob;
  }

  close(): void {
    this.closed = true;
    this.drop(this.stream);
  }

  private ask(
    operation: DataKeyOperation['operation'],
    { caller, accountId, place, deadline }: Omit<DataKeyUse, 'caller'> & Pick<DataKeyOperation, 'caller'>,
  ) {
    return inSpan(METHOD, ASKING, () => {
      const asked = { caller, accountId, ...place, operation, traceparent: traceparent() };
      return this.coalescer.ask({ operation: asked, deadline });
    });
  }

  private async run(batch: readonly Question[]): Promise<(DataKeyMessage | Error)[]> {
    const operations = batch.map(({ operation }) => operation);
    const latest = Math.max(...batch.map(({ deadline }) => deadline));
    const deadline = Math.min(latest, Date.now() + this.maxWaitMs);
    for (;;) {
      try {
        const outcomes = await this.exchange(operations, deadline);
        return operations.map((_, index) => toResult(outcomes[index]));
      } catch (error) {
        if (!(error instanceof StreamLost)) throw error;
      }
      const delay = backoff(this.failures, PAUSES, this.random);
      if (this.closed || Date.now() + delay >= deadline) throw serviceUnavailable('the key service is unavailable');
      await new Promise((resolve) => setTimeout(resolve, delay));
    }
  }

  /** Sends one message and waits for its answer. */
  private exchange(operations: DataKeyOperation[], deadline: number): Promise<DataKeyOutcome[]> {
    if (this.closed) return Promise.reject(serviceUnavailable('the service is stopping'));
    return new Promise((resolve, reject) => {
      const batchId = this.nextBatchId++;
      const stream = this.openStream();
      const timer = setTimeout(() => {
        settle();
        reject(serviceUnavailable('the key service did not answer in time'));
        // The stream may hang for good; the next request gets a new one.
        this.drop(stream);
      }, deadline - Date.now());
      const settle = () => {
        clearTimeout(timer);
        this.sent.delete(batchId);
      };
      this.sent.set(batchId, {
        stream,
        answered: (outcomes) => {
          settle();
          resolve(outcomes);
        },
        lost: () => {
          settle();
          reject(new StreamLost());
        },
      });
      stream.write({ batchId, operations });
    });
  }

  private openStream(): Stream {
    if (this.stream) return this.stream;
    const stream = this.client.streamDataKeys();
    stream.on('data', ({ batchId, outcomes }: StreamDataKeysResponse) => {
      this.failures = 0;
      this.sent.get(batchId)?.answered(outcomes);
    });
    stream.on('error', () => this.drop(stream));
    stream.on('end', () => this.drop(stream));
    this.stream = stream;
    return stream;
  }

  /** Fails everything that waits on the stream. */
  private drop(stream: Stream | undefined): void {
    if (!stream) return;
    if (this.stream === stream) {
      this.stream = undefined;
      this.failures++;
    }
    stream.cancel();
    for (const sent of this.sent.values()) if (sent.stream === stream) sent.lost();
  }
}

function toResult(result: DataKeyOutcome | undefined): DataKeyMessage | Error {
  switch (result?.outcome?.$case) {
    case 'dataKey':
      return result.outcome.value;
    case 'error': {
      const { code, reason, message } = result.outcome.value;
      const { kind } = fromStatus(
        Object.assign(new Error(message), { code, details: message }) as Parameters<typeof fromStatus>[0],
      );
      return new DomainError({ kind, reason, message });
    }
    default:
      return internalServiceError('the key service did not answer a request');
  }
}
