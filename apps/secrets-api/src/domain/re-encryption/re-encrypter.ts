import type { Clock } from '@strongroom/clock';
import { type DomainError, isDomainError } from '@strongroom/errors';
import type { DataKeys } from '../data-keys.port';
import { failureCount, type ReEncryption, type ReplacedDataKey, type StoredDataKey, targetOf } from './re-encryption';
import type { ReEncryptionStep, ReEncryptionStore, ReEncryptionTrail } from './re-encryption-ports';

/** As many as one message to the key service can have. */
export const MAX_BATCH = 256;
/** Milliseconds. */
const TIMEOUT_MS = 10_000;
/** Somebody may store a data key under older material while a pass is under way: whoever got it just before a rotation. */
const MAX_PASSES = 3;
/** The most different errors that are counted by their names. */
const MAX_REASONS = 20;

/** A retry may help: nothing is counted, and nothing is written. */
const PASSING: ReadonlySet<DomainError['kind']> = new Set([
  'unavailable',
  'deadline-exceeded',
  'cancelled',
  'resource-exhausted',
  'aborted',
]);
/** The key cannot be used, for this data key or any other; or the key service is of a version that cannot do this. */
const OF_THE_KEY: ReadonlySet<string> = new Set([
  'DisabledException',
  'InvalidKeyUsageException',
  'KMSInvalidStateException',
  'NotFoundException',
  'ValidationException',
]);

/**
 * Re-encrypts stored data keys in batches. Each batch is read, re-encrypted by the key service, and written with the progress in
 * one transaction; so it may be interrupted anywhere, and be repeated by another process.
 */
export class ReEncrypter {
  constructor(
    private readonly store: ReEncryptionStore,
    private readonly dataKeys: Pick<DataKeys, 'reEncrypt'>,
    private readonly trail: ReEncryptionTrail,
    private readonly clock: Clock,
  ) {}

  /**
   * Does the next batch, and returns the time that it must take at the rate of the re-encryption; milliseconds. Undefined: there
   * is nothing more to do.
   * @throws DomainError for what may pass
   */
  async step({ keyId, runId }: Pick<ReEncryption, 'keyId' | 'runId'>): Promise<number | undefined> {
    const run = await this.store.find(keyId);
    if (run?.runId !== runId || run.state !== 'running') return undefined;
    const batch = await this.store.outdated(targetOf(run), run.reached, Math.min(MAX_BATCH, run.rate));
    if (batch.length === 0) return this.endPass(run);
    const { step, error } = await this.reEncrypted(run, batch);
    await this.advance(run, step, error);
    return (batch.length / run.rate) * 1_000;
  }

  private async reEncrypted(run: ReEncryption, batch: readonly StoredDataKey[]): Promise<Outcome> {
    // Not the injected clock, because this limits real work.
    const deadline = Date.now() + TIMEOUT_MS;
    const outcomes = await Promise.allSettled(
      batch.map(({ wrapped, accountId, place }) => this.dataKeys.reEncrypt(wrapped, { accountId, place, deadline })),
    );
    const replaced: ReplacedDataKey[] = [];
    const failures = new Map(run.failures);
    let ofTheKey: DomainError | undefined;
    for (const [index, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled') {
        replaced.push({ ...batch[index]!, replacement: outcome.value });
        continue;
      }
      const error = outcome.reason as unknown;
      if (!isDomainError(error) || PASSING.has(error.kind)) throw error;
      if (OF_THE_KEY.has(error.reason)) ofTheKey = error;
      else count(failures, error.reason);
    }
    if (ofTheKey === undefined) return { step: { replaced, changes: { failures, reached: batch.at(-1)!.wrapped } } };
    const end = { state: 'failed', reason: ofTheKey.reason, endedAt: this.clock.now() } as const;
    return { step: { replaced, changes: end }, error: ofTheKey };
  }

  /** Completes it, unless something has been stored behind its back. */
  private async endPass(run: ReEncryption): Promise<number | undefined> {
    const left = await this.store.countOutdated(targetOf(run));
    if (left > failureCount(run) && run.pass < MAX_PASSES) {
      await this.advance(run, { replaced: [], changes: { failures: new Map(), reached: Buffer.alloc(0), pass: run.pass + 1 } });
      return 0;
    }
    const changes = { state: 'completed', endedAt: this.clock.now() } as const;
    return (await this.advance(run, { replaced: [], changes })) ? undefined : 0;
  }

  private advance(run: ReEncryption, step: ReEncryptionStep, error?: DomainError): Promise<boolean> {
    const { state = 'running' } = step.changes;
    return this.store.advance(run, step, {
      deadline: Date.now() + TIMEOUT_MS,
      beforeCommit: async () => {
        if (state !== 'running') await this.trail.ended({ ...run, ...step.changes }, error);
      },
    });
  }
}

interface Outcome {
  step: ReEncryptionStep;
  /** Why the key can no longer be used. */
  error?: DomainError;
}

function count(failures: Map<string, number>, reason: string): void {
  const name = failures.has(reason) || failures.size < MAX_REASONS ? reason : 'Other';
  failures.set(name, (failures.get(name) ?? 0) + 1);
}
