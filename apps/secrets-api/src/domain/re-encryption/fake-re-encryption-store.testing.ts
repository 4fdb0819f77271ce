import { type KeyBlobHeader, outdatedKeyBlobsOf } from '@strongroom/envelope';
import type { WriteOptions } from '../secret-store.port';
import type { ReEncryption, StoredDataKey } from './re-encryption';
import type { ReEncryptionStep, ReEncryptionStore } from './re-encryption-ports';

/** The data keys and re-encryptions of a database, in memory. */
export class FakeReEncryptionStore implements ReEncryptionStore {
  readonly runs = new Map<string, ReEncryption>();
  readonly dataKeys: StoredDataKey[] = [];
  /** Runs before a batch is written: what others do at this moment. */
  meanwhile: (() => void) | undefined;
  batches: number[] = [];
  private lock: Promise<unknown> = Promise.resolve();

  async find(keyId: string): Promise<ReEncryption | undefined> {
    return this.runs.get(keyId);
  }

  async running(): Promise<ReEncryption[]> {
    return [...this.runs.values()].filter(({ state }) => state === 'running');
  }

  async start(fresh: ReEncryption): Promise<ReEncryption> {
    this.runs.set(fresh.keyId, fresh);
    return fresh;
  }

  async stop(keyId: string, at: Date): Promise<ReEncryption | undefined> {
    const run = this.runs.get(keyId);
    if (run?.state === 'running') this.runs.set(keyId, { ...run, state: 'stopped', endedAt: at });
    return this.runs.get(keyId);
  }

  async outdated(header: KeyBlobHeader, after: Buffer, limit: number): Promise<StoredDataKey[]> {
    const found = this.allOutdated(header).filter(({ wrapped }) => Buffer.compare(wrapped, after) > 0);
    const batch = found.sort((a, b) => Buffer.compare(a.wrapped, b.wrapped)).slice(0, limit);
    this.batches.push(batch.length);
    return batch.map((dataKey) => ({ ...dataKey }));
  }

  async countOutdated(header: KeyBlobHeader): Promise<number> {
    return this.allOutdated(header).length;
  }

  /** One at a time, as with a locked row. */
  advance(...write: Parameters<ReEncryptionStore['advance']>): Promise<boolean> {
    const advanced = this.lock.then(() => this.advanceLocked(...write));
    this.lock = advanced.catch(() => undefined);
    return advanced;
  }

  private async advanceLocked(
    read: ReEncryption,
    { replaced, changes }: ReEncryptionStep,
    { beforeCommit }: WriteOptions,
  ): Promise<boolean> {
    this.meanwhile?.();
    const now = this.runs.get(read.keyId);
    if (now?.runId !== read.runId || now.state !== 'running' || now.pass !== read.pass || !now.reached.equals(read.reached)) {
      return false;
    }
    await beforeCommit();
    let reEncrypted = 0;
    for (const { secretId, place, wrapped, replacement } of replaced) {
      const stored = this.dataKeys.find(
        (each) =>
          each.secretId === secretId && each.place.secretVersionId === place.secretVersionId && each.wrapped.equals(wrapped),
      );
      if (!stored) continue;
      stored.wrapped = replacement;
      reEncrypted++;
    }
    this.runs.set(read.keyId, { ...now, ...changes, reEncrypted: now.reEncrypted + reEncrypted });
    return true;
  }

  private allOutdated(header: KeyBlobHeader): StoredDataKey[] {
    const ranges = outdatedKeyBlobsOf(header);
    return this.dataKeys.filter(({ wrapped }) =>
      ranges.some(({ from, to }) => Buffer.compare(from, wrapped) <= 0 && Buffer.compare(wrapped, to) < 0),
    );
  }
}
