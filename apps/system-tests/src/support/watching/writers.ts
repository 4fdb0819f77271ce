import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as contract from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import type { DomainError } from '@strongroom/errors';
import type { ServiceClient } from '@strongroom/grpc-kit';
import type { secretsService } from '@strongroom/methods';
import { eventually } from '@strongroom/testing';
import { text } from '../system';
import { ABSENT, type Committed, stateOfSecret } from './secret-history';

/** The tag that writers give and take, and that some watch. */
export const TAG = { key: 'watched', value: 'yes' };
/** The label that moves from version to version. */
const MARK = 'mark';
const CALL = { timeoutMs: 3_000 };
/** So that faults meet a system that has time for something else. */
const PAUSE_MS = 10;
/** Of the answers with which a service that is in trouble refuses a call; it may have done it all the same. */
const UNKNOWN: ReadonlySet<string> = new Set(['unavailable', 'deadline-exceeded', 'resource-exhausted', 'cancelled']);

type Client = ServiceClient<typeof secretsService>;
type Deed = () => Promise<unknown>;

/**
 * Change secrets without a pause, each its own ones, and keep what was committed: after each change they ask for the state of the
 * secret. If they do not know whether a change was made, they make it again until they know: it waits for the lock that an
 * unfinished transaction of it has.
 */
export class Writers {
  /** By name, from before each secret was created. */
  readonly committed = new Map<string, Committed[]>();
  /** How many changes nobody knew the end of. */
  unknown = 0;
  private changes = 0;
  private isPaused = false;
  private readonly stopping = new AbortController();
  private readonly underWay = new Set<Promise<void>>();
  private readonly failures: unknown[] = [];
  /** The last change of each lasting secret. */
  private readonly turns = new Map<string, number>();

  private constructor(
    private readonly client: Client,
    private readonly prefix: string,
    /** The secrets of each writer. */
    private readonly lasting: readonly (readonly string[])[],
  ) {}

  static async start(client: Client, prefix: string, { writers, each }: { writers: number; each: number }): Promise<Writers> {
    const names = Array.from({ length: writers }, (_, writer) =>
      Array.from({ length: each }, (_, n) => `${prefix}lasting-${writer}-${n}`),
    );
    const all = new Writers(client, prefix, names);
    for (const name of names.flat()) await all.create(name);
    for (let writer = 0; writer < writers; writer++) void all.run(writer);
    return all;
  }

  /** The names of the secrets that are there from the first moment to the last. */
  get names(): string[] {
    return this.lasting.flat();
  }

  /** Waits until so many more changes are committed. */
  async commit(count: number): Promise<void> {
    const until = this.changes + count;
    await eventually(
      'the writers write',
      () => {
        if (this.failures.length > 0) throw this.failures[0];
        return this.changes >= until;
      },
      20_000,
    );
  }

  /** Runs work while nobody writes, once what was under way has ended. */
  async paused<Result>(work: () => Promise<Result>): Promise<Result> {
    this.isPaused = true;
    try {
      await eventually('the writers pause', () => this.underWay.size === 0, 20_000);
      if (this.failures.length > 0) throw this.failures[0];
      return await work();
    } finally {
      this.isPaused = false;
    }
  }

  /** The next change of a secret, while the writers are paused. */
  async change(name: string): Promise<void> {
    const described = (await this.describe(name))!;
    const turn = (this.turns.get(name) ?? 0) + 1;
    this.turns.set(name, turn);
    await this.do(name, this.deedOf(turn, name, described));
  }

  /** Asks how a secret is, and keeps it. */
  async note(name: string): Promise<void> {
    const described = await this.describe(name);
    const committed: Committed = described
      ? { state: stateOfSecret(described), isTagged: described.tags.some(({ key }) => key === TAG.key) }
      : { state: ABSENT, isTagged: false };
    this.committed.set(name, [...(this.committed.get(name) ?? [{ state: ABSENT, isTagged: false }]), committed]);
  }

  stop(): void {
    this.stopping.abort();
  }

  private async run(writer: number): Promise<void> {
    const names = this.lasting[writer]!;
    for (let n = 0; !this.stopping.signal.aborted; n++) {
      if (!this.isPaused) {
        const name = `${this.prefix}passing-${writer}-${n}`;
        const work = n % 8 === 0 ? this.create(name).then(() => this.remove(name)) : this.change(names[n % names.length]!);
        const done = work.catch((error: unknown) => void this.failures.push(error)).finally(() => this.underWay.delete(done));
        this.underWay.add(done);
        await done;
      }
      await sleep(PAUSE_MS);
    }
  }

  /** Most changes are new versions; each of the others comes once in a round. */
  private deedOf(
    turn: number,
    secretId: string,
    { deletedDate, tags, versionIdsToStages }: contract.DescribeSecretResponse,
  ): Deed {
    const { client } = this;
    const holderOf = (label: string) => Object.entries(versionIdsToStages).find(([, { stages }]) => stages.includes(label))?.[0];
    if (deletedDate) return () => client.restoreSecret(contract.RestoreSecretRequest.fromPartial({ secretId }), CALL);
    switch (turn % 6) {
      case 1: {
        const move = { versionStage: MARK, moveToVersionId: holderOf('AWSCURRENT'), removeFromVersionId: holderOf(MARK) };
        const request = contract.UpdateSecretVersionStageRequest.fromPartial({ secretId, ...move });
        return () => client.updateSecretVersionStage(request, CALL);
      }
      case 3: {
        const isTagged = tags.some(({ key }) => key === TAG.key);
        if (!isTagged) return () => client.tagResource(contract.TagResourceRequest.fromPartial({ secretId, tags: [TAG] }), CALL);
        return () => client.untagResource(contract.UntagResourceRequest.fromPartial({ secretId, tagKeys: [TAG.key] }), CALL);
      }
      case 5:
        return () => client.deleteSecret(contract.DeleteSecretRequest.fromPartial({ secretId }), CALL);
      default: {
        const version = { secretId, clientRequestToken: randomUUID(), value: text('of a version') };
        return () => client.putSecretValue(contract.PutSecretValueRequest.fromPartial(version), CALL);
      }
    }
  }

  private create(name: string): Promise<void> {
    const secret = { name, clientRequestToken: randomUUID(), value: text('of a secret'), tags: [TAG] };
    return this.do(name, () => this.client.createSecret(contract.CreateSecretRequest.fromPartial(secret), CALL));
  }

  private remove(secretId: string): Promise<void> {
    const request = contract.DeleteSecretRequest.fromPartial({ secretId, forceDeleteWithoutRecovery: true });
    return this.do(secretId, () => this.client.deleteSecret(request, CALL));
  }

  /** Until it is known to be done. */
  private async do(name: string, deed: Deed): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await deed();
        break;
      } catch (error) {
        // Once it has been tried, another answer may say that it was done.
        if (isUnknown(error)) this.unknown++;
        else if (attempt === 1) throw error;
        else break;
      }
      await sleep(PAUSE_MS);
    }
    await this.note(name);
    this.changes++;
  }

  private async describe(secretId: string): Promise<contract.DescribeSecretResponse | undefined> {
    const request = contract.DescribeSecretRequest.fromPartial({ secretId });
    for (;;) {
      try {
        return await this.client.describeSecret(request, CALL);
      } catch (error) {
        if ((error as DomainError).kind === 'not-found') return undefined;
        if (!isUnknown(error)) throw error;
        await sleep(PAUSE_MS);
      }
    }
  }
}

const isUnknown = (error: unknown): boolean => UNKNOWN.has((error as DomainError).kind);
