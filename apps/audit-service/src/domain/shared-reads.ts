import type { ChainedEvent, ChainHead } from './chain';
import type { TrailReader } from './trail.port';

/**
 * Reads for followers of the trail, shared by all of them: everybody with the same question within `keepMs` gets the same answer.
 * So the database gets one question for each followed account, however many follow it.
 */
export class SharedReads implements Pick<TrailReader, 'after' | 'head' | 'lastBlocks'> {
  /** By question; each is dropped `keepMs` after it was asked. */
  private readonly answers = new Map<string, Promise<unknown>>();

  constructor(
    private readonly reader: Pick<TrailReader, 'after' | 'head' | 'lastBlocks'>,
    private readonly keepMs: number,
  ) {}

  head(accountId: string): Promise<ChainHead> {
    return this.shared(accountId, () => this.reader.head(accountId));
  }

  after(accountId: string, sequence: number, limit: number): Promise<ChainedEvent[]> {
    return this.shared(`${accountId} ${sequence} ${limit}`, () => this.reader.after(accountId, sequence, limit));
  }

  lastBlocks(): Promise<ReadonlyMap<string, number>> {
    return this.shared('last blocks', () => this.reader.lastBlocks());
  }

  private shared<T>(question: string, ask: () => Promise<T>): Promise<T> {
    const known = this.answers.get(question) as Promise<T> | undefined;
    if (known) return known;
    const answer = ask();
    this.answers.set(question, answer);
    setTimeout(() => this.answers.delete(question), this.keepMs).unref();
    return answer;
  }
}
