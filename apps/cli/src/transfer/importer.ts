import { isDomainError } from '@strongroom/errors';
import { CliError } from '../cli-error';
import type { PlannerOptions } from './planner';
import { type Plan, type PlannedSecret, WRITTEN } from './plan';
import { isUnreadable, type Source, type SourceItem, type SourceSecret } from './source';
import { concurrently } from '../concurrency';
import { Writer } from './writer';

export interface Failure {
  readonly name: string;
  readonly sourceName: string;
  /** Never a value. */
  readonly why: string;
}

export interface ImportResult {
  readonly imported: number;
  readonly failures: readonly Failure[];
  /** Planned, and not even tried: the command was told to end, or too many failed in a row. */
  readonly left: number;
  /** Imported, and rotated in their source, which is not set up here. */
  readonly rotating: readonly string[];
  /** Why it stopped early; undefined if it did not, or was told to. */
  readonly stopped?: string;
}

/** When so many writes in a row fail for want of an answer or a credential, the rest would, too. */
const MAX_FAILURES_IN_A_ROW = 20;
const OF_ALL: ReadonlySet<string> = new Set(['unavailable', 'deadline-exceeded', 'unauthenticated']);

/** What it takes to write: the same as to plan. */
export type ImporterOptions = Pick<
  PlannerOptions,
  'source' | 'secrets' | 'keys' | 'withoutTags' | 'concurrency' | 'pacer' | 'journal' | 'signal'
>;

/** Writes what a plan says. A signal to end lets the secrets that are being written be finished. */
export class Importer {
  private readonly writer: Writer;
  private imported = 0;
  private inARow = 0;
  private readonly failures: Failure[] = [];
  private readonly rotating: string[] = [];

  constructor(private readonly options: ImporterOptions) {
    this.writer = new Writer(options.secrets, options.source.id);
  }

  /** @param told is called after each secret with how many were imported and how many failed */
  async run(plan: Plan, told: (imported: number, failed: number) => void = () => {}): Promise<ImportResult> {
    const { source, concurrency } = this.options;
    const wanted = plan.with(...WRITTEN);
    let stopped: string | undefined;
    try {
      const taken = this.take(source, plan);
      for await (const _ of concurrently(taken, concurrency, (item) => this.writeOne(item, plan.secrets.get(item.name)!))) {
        told(this.imported, this.failures.length);
      }
      if (this.inARow >= MAX_FAILURES_IN_A_ROW) stopped = `${MAX_FAILURES_IN_A_ROW} secrets in a row failed.`;
    } catch (error) {
      if (!this.options.signal.aborted) stopped = `${source.title}: ${messageOf(error)}`;
    }
    const left = wanted.length - this.imported - this.failures.length;
    if (left > 0 && stopped === undefined && !this.options.signal.aborted) {
      stopped = `${source.title} no longer has all the secrets that it had when it was compared.`;
    }
    return { imported: this.imported, failures: this.failures, left, rotating: this.rotating, stopped };
  }

  private async *take(source: Source, plan: Plan): AsyncGenerator<SourceItem, void> {
    const isWanted = (name: string): boolean => WRITTEN.includes(plan.secrets.get(name)?.action ?? 'refused');
    for await (const item of source.secrets(isWanted)) {
      if (this.options.signal.aborted || this.inARow >= MAX_FAILURES_IN_A_ROW) return;
      if (isWanted(item.name)) yield item;
    }
  }

  private async writeOne(item: SourceItem, planned: PlannedSecret): Promise<void> {
    const { name, sourceName } = planned;
    await this.options.pacer.turn();
    try {
      if (isUnreadable(item)) throw new CliError(item.unreadable);
      await this.write(item, planned);
    } catch (error) {
      this.inARow = isDomainError(error) && OF_ALL.has(error.kind) ? this.inARow + 1 : 0;
      this.failures.push({ name, sourceName, why: messageOf(error) });
      return;
    }
    this.imported++;
    this.inARow = 0;
    if (!isUnreadable(item) && item.rotation !== undefined) this.rotating.push(name);
    await this.options.journal?.add(sourceName);
  }

  private async write(secret: SourceSecret, { name, action }: PlannedSecret): Promise<void> {
    const { keys, withoutTags } = this.options;
    const key = await keys.of(secret.kmsKeyId);
    if ('fault' in key) throw new CliError(key.fault);
    await this.writer.write({
      name,
      secret: withoutTags ? { ...secret, tags: undefined } : secret,
      kmsKeyId: key.arn,
      isNew: action === 'new',
      mayReplace: action === 'changed',
    });
  }
}

const messageOf = (error: unknown): string =>
  isDomainError(error) ? `${error.reason}: ${error.message}` : error instanceof Error ? error.message : String(error);
