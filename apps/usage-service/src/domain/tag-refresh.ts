import { type Clock, MINUTE } from '@strongroom/clock';

/** A secret whose tags are to be read. */
export interface DueSecret {
  key: Buffer;
  arn: string;
  accountId: string;
  tagsChangedAt: Date;
}

/** Key and value of each tag. */
export type Tags = ReadonlyMap<string, string>;

export interface TagStore {
  /** Secrets whose tags changed before this time, the longest ago first. */
  due(before: Date, limit: number): Promise<DueSecret[]>;
  /** Replaces the tags of these secrets; a secret without an entry keeps what it has. A later change remains due. */
  put(secrets: readonly DueSecret[], tags: ReadonlyMap<string, Tags>): Promise<void>;
}

export interface SecretTagSource {
  /** By ARN; a secret that there is not is left out. */
  tagsOf(arns: readonly string[]): Promise<ReadonlyMap<string, Tags>>;
}

const BATCH = 500;
/** An event is there before the transaction of its call ends; by now each one has ended. Milliseconds. */
const SETTLED_MS = MINUTE;

/** Keeps the tags of secrets as they are in secrets-api. */
export class TagRefresh {
  constructor(
    private readonly store: TagStore,
    private readonly source: SecretTagSource,
    private readonly clock: Clock,
  ) {}

  /** Returns whether there may be more to do. */
  async run(): Promise<boolean> {
    const due = await this.store.due(new Date(this.clock.millis() - SETTLED_MS), BATCH);
    if (due.length === 0) return false;
    await this.store.put(due, await this.source.tagsOf(due.map(({ arn }) => arn)));
    return due.length === BATCH;
  }
}
