import {
  SecretNotice,
  type SecretWatch,
  WatchSecretsResponse,
  type WatchSecretsResponse as Message,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { DomainError, type ErrorKind } from '@strongroom/errors';
import { asStrongroomError } from '../as-strongroom-error';
import type { SecretSource } from '../cache/secret-cache';
import type { StrongroomError } from '../errors';
import type { SecretWatchStream } from '../secret-watch-stream';
import type { SecretVersion } from '../secrets.calls';

/** As a service sends it. */
export const sentError = (kind: ErrorKind, reason: string): StrongroomError =>
  asStrongroomError(new DomainError({ kind, reason, message: reason, metadata: { request_id: 'r-1' } })) as StrongroomError;

export const denied = () => sentError('permission-denied', 'AccessDeniedException');
export const missing = () => sentError('not-found', 'ResourceNotFoundException');
/** As grpc-kit makes it of a connection that is gone. */
export const away = () =>
  asStrongroomError(
    new DomainError({ kind: 'unavailable', reason: 'ServiceUnavailableException', message: 'the connection is gone' }),
  ) as StrongroomError;

const ACCOUNT = 'arn:aws:secretsmanager:local:000000000000:secret:';

export const version = (secretId: string, versionId: string, value: Partial<SecretVersion> = {}): SecretVersion => ({
  arn: `${ACCOUNT}${secretId}-AbCdEf`,
  name: secretId,
  versionId,
  versionStages: ['AWSCURRENT'],
  createdDate: new Date('2026-01-01T00:00:00Z'),
  ...(value.secretBinary ? value : { secretString: `value of ${versionId}`, ...value }),
});

/** A stream of watches whose server is the test. */
export class FakeWatchStream implements SecretWatchStream {
  renewInMs = Infinity;
  /** Each message in short: `+name token`, `-id`. */
  readonly asked: string[][] = [];
  private readonly ids = new Map<string, number>();
  private readonly messages: Message[] = [];
  private end: { error?: Error } | undefined;
  private wake: () => void = () => undefined;

  constructor(
    watches: readonly unknown[],
    readonly signal: AbortSignal,
  ) {
    this.note(watches as SecretWatch[]);
    signal.addEventListener('abort', () => this.breaks(sentError('cancelled', 'RequestCanceledException')));
  }

  get names(): string[] {
    return [...this.ids.keys()];
  }

  add(...watches: unknown[]): void {
    this.note(watches as SecretWatch[]);
  }

  remove(...ids: number[]): void {
    this.asked.push(ids.map((id) => `-${[...this.ids].find(([, known]) => known === id)?.[0]}`));
    for (const [name, id] of this.ids) if (ids.includes(id)) this.ids.delete(name);
  }

  /** Tells of a version that is AWSCURRENT, of versions with their labels, or of an error. */
  tells(secretId: string, state: string | Record<string, string[]> | StrongroomError, resumeToken?: string): void {
    this.push({ notices: [this.notice(secretId, state)], ready: [], resumeToken });
  }

  /** How things are: all that was asked for is ready. */
  isReady(states: Record<string, string | StrongroomError> = {}, resumeToken?: string): void {
    const notices = Object.entries(states).map(([secretId, state]) => this.notice(secretId, state));
    const ready = [...this.ids.values()].map((watchId) => ({ watchId, complete: true }));
    this.push({ notices, ready, resumeToken });
  }

  breaks(error?: Error): void {
    this.end ??= { error };
    this.wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Message, void> {
    for (;;) {
      const message = this.messages.shift();
      if (message) yield message;
      else if (this.end) {
        if (this.end.error !== undefined) throw this.end.error;
        return;
      } else await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  private note(watches: readonly SecretWatch[]): void {
    const names = watches.map(({ id, what, resumeToken }) => {
      const name = what?.$case === 'secretId' ? what.value : 'no secret';
      this.ids.set(name, id);
      return resumeToken ? `+${name} ${resumeToken}` : `+${name}`;
    });
    this.asked.push(names);
  }

  private push(message: Message): void {
    this.messages.push(WatchSecretsResponse.fromPartial(message));
    this.wake();
  }

  private notice(name: string, state: string | Record<string, string[]> | StrongroomError): SecretNotice {
    const watchId = this.ids.get(name) ?? 0;
    if (state instanceof Error) {
      const value = { errorCode: state.reason, message: state.message };
      return SecretNotice.fromPartial({ watchId, name, state: { $case: 'unreadable', value } });
    }
    const stages = typeof state === 'string' ? { [state]: ['AWSCURRENT'] } : state;
    const versionsToStages = Object.fromEntries(Object.entries(stages).map(([id, labels]) => [id, { stages: labels }]));
    return SecretNotice.fromPartial({ watchId, name, state: { $case: 'readable', value: { versionsToStages } } });
  }
}

type Answer = (wanted: { secretId: string }) => SecretVersion | Promise<SecretVersion>;

/** A cluster with the secrets of a test. */
export class FakeSecrets implements SecretSource {
  /** What GetSecretValue answers; throws what it refuses. */
  answer: Answer = ({ secretId }) => version(secretId, 'v1');
  readonly asked: string[] = [];
  readonly streams: FakeWatchStream[] = [];

  readonly secrets = {
    getSecretValue: async (wanted: { secretId: string }): Promise<SecretVersion> => {
      this.asked.push(wanted.secretId);
      return this.answer(wanted);
    },
    watchSecrets: (watches: readonly unknown[], { signal = new AbortController().signal }: { signal?: AbortSignal } = {}) => {
      const stream = new FakeWatchStream(watches, signal);
      this.streams.push(stream);
      return stream;
    },
  };

  get stream(): FakeWatchStream {
    const stream = this.streams.at(-1);
    if (!stream) throw new Error('no stream was opened');
    return stream;
  }

  fails(error: Error): void {
    this.answer = () => {
      throw error;
    };
  }

  /** The next fetch waits until the test answers it; what follows is answered as before. */
  hold(): { answers(value: SecretVersion): void; fails(error: Error): void } {
    const { answer } = this;
    let resolve!: (value: SecretVersion) => void;
    let reject!: (error: Error) => void;
    const held = new Promise<SecretVersion>((yes, no) => ([resolve, reject] = [yes, no]));
    this.answer = () => {
      this.answer = answer;
      return held;
    };
    return { answers: resolve, fails: reject };
  }
}
