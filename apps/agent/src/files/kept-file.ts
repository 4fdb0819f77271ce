import type { DomainError } from '@strongroom/errors';
import { removeDrafts, removeFile, updateFile } from '@strongroom/files';
import { backoff, type RandomSource } from '@strongroom/random';
import type { Logger } from '@strongroom/telemetry';
import { isRefusal } from '../secrets/failure-answer';
import type { SecretSource } from '../secrets/secret-source';
import { tellOfChange } from './after-change';
import { ContentError } from './file-content';
import { type FileRecipe, recipeOf } from './file-recipe';
import type { FileDescription } from './files-config';

/** The pauses between attempts while the cluster is away or the file cannot be written. Milliseconds. */
const RETRIES = { first: 1_000, longest: 30_000 };

/**
 * What has become of a file. `current`: it holds the value. `late`: it does not yet, and is tried again. `wrong`: the value
 * cannot become the file. `lost`: the secret may not be read.
 */
export const fileStates = ['late', 'current', 'wrong', 'lost'] as const;
export type FileState = (typeof fileStates)[number];

export interface KeptFileOptions {
  description: FileDescription;
  source: SecretSource;
  logger: Logger;
  random: RandomSource;
  /** Runs `task` once after so many milliseconds; returns what cancels it. */
  after: (milliseconds: number, task: () => void) => () => void;
  /** For tests. */
  tell?: typeof tellOfChange;
}

/** A file that holds the present values of its secrets, from its start until it is closed. */
export class KeptFile {
  state: FileState = 'late';
  private readonly recipe: FileRecipe;
  /** One piece of work after the other. */
  private work: Promise<void> = Promise.resolve();
  /** A renewal that waits for the present one sees what has come meanwhile. */
  private isDue = false;
  private failures = 0;
  private leave: (() => void)[] = [];
  private cancelRetry: () => void = () => undefined;
  private isClosed = false;

  constructor(private readonly options: KeptFileOptions) {
    this.recipe = recipeOf(options.description);
  }

  /** Resolves once the file has been tried for the first time. */
  async start(): Promise<void> {
    await removeDrafts(this.options.description.path);
    this.leave = this.recipe.references.map((reference) =>
      this.options.source.subscribe(reference, (change) => {
        if (change.kind === 'lost') void this.enqueue(() => this.lose(change.error));
        else void this.renew();
      }),
    );
    await this.renew();
  }

  /** What is written stays. Resolves once nothing is being written any more. */
  async close(): Promise<void> {
    this.isClosed = true;
    for (const leave of this.leave) leave();
    this.cancelRetry();
    await this.work;
  }

  private renew(): Promise<void> {
    if (this.isDue) return this.work;
    this.isDue = true;
    return this.enqueue(async () => {
      this.isDue = false;
      this.cancelRetry();
      await this.write();
    });
  }

  private enqueue(task: () => Promise<void>): Promise<void> {
    this.work = this.work.then(() => (this.isClosed ? undefined : task())).catch((error: unknown) => this.retry(error));
    return this.work;
  }

  private async write(): Promise<void> {
    const { description, source, random } = this.options;
    let content: Buffer;
    let versionId: string;
    try {
      const versions = await Promise.all(this.recipe.references.map((reference) => source.get(reference)));
      versionId = versions.map((version) => version.versionId).join(' ');
      content = this.recipe.make(versions);
      for (const { secretBinary } of versions) secretBinary?.fill(0);
    } catch (error) {
      if (isRefusal(error)) return this.lose(error);
      if (!(error instanceof ContentError)) throw error;
      this.state = 'wrong';
      // What is there stays: programs do better with an old value than with none.
      return this.log('error', 'a secret cannot become its file', { error });
    }
    try {
      const isNew = await updateFile(description.path, content, { ...description, random });
      this.failures = 0;
      this.state = 'current';
      if (!isNew) return;
      this.log('info', 'a file has been written', { versionId });
    } finally {
      content.fill(0);
    }
    await this.tell();
  }

  private async lose(error: DomainError): Promise<void> {
    const { path, onLoss } = this.options.description;
    if (onLoss === 'remove') await removeFile(path);
    if (this.state === 'lost') return;
    this.state = 'lost';
    const message = onLoss === 'remove' ? 'a file has been removed, because its secret cannot be read' : undefined;
    this.log('warn', message ?? 'a file stays, although its secret cannot be read', { code: error.reason, error });
  }

  private async tell(): Promise<void> {
    const { description, tell = tellOfChange } = this.options;
    if (description.after === undefined) return;
    try {
      await tell(description.after);
    } catch (error) {
      this.log('error', 'nobody could be told that a file has changed', { error });
    }
  }

  private retry(error: unknown): void {
    this.state = 'late';
    this.log('warn', 'a file is not up to date', { attempt: this.failures, error });
    const { after, random } = this.options;
    this.cancelRetry();
    this.cancelRetry = after(backoff(this.failures++, RETRIES, random), () => void this.renew());
  }

  private log(level: 'info' | 'warn' | 'error', message: string, fields: Parameters<Logger['info']>[1]): void {
    const name = [...new Set(this.recipe.references.map(({ secretId }) => secretId))].join(' ');
    this.options.logger[level](message, { name, target: this.options.description.path, ...fields });
  }
}
