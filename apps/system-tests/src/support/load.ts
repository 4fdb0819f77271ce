import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DomainError } from '@strongroom/errors';
import { eventually } from '@strongroom/testing';
import type { Api } from './api';
import { text, unique, type System } from './system';

export interface Acknowledged {
  requestId: string;
  secretId: string;
  versionId: string;
  value: string;
}

export interface LoadReport {
  reads: Acknowledged[];
  writes: Acknowledged[];
  /** By `kind reason`. */
  failures: Record<string, number>;
  startedAt: Date;
}

const READERS = 6;
const WRITERS = 3;
const CALL_TIMEOUT_MS = 3_000;
/**
 * After each call: what is broken under a load must meet calls in flight, not a processor without time for anything else, and a
 * service that is away is not asked in a busy loop.
 */
const PAUSE_MS = 100;

/** Readers and writers that go on whatever happens, and remember each call that was acknowledged. */
export class Load {
  readonly report: LoadReport = { reads: [], writes: [], failures: {}, startedAt: new Date() };
  private readonly workers: Promise<void>[] = [];
  private isRunning = true;
  private lastSuccess = 0;

  private constructor(
    private readonly system: System,
    private readonly secretNames: readonly string[],
  ) {}

  static async start(system: System): Promise<Load> {
    const names = await Promise.all(Array.from({ length: 4 }, () => system.secret('of the load', 'load')));
    const load = new Load(system, names);
    const apis = Array.from({ length: 3 }, () => system.connect({ certificate: system.cluster.adminCertificate }));
    for (let i = 0; i < READERS; i++) load.run((n) => load.read(apis[i % 3]!, names[n % names.length]!));
    for (let i = 0; i < WRITERS; i++) load.run((n) => load.write(apis[i % 3]!, n));
    await load.flows();
    return load;
  }

  /** Waits until both kinds of calls succeed again that start from now on. Resolves with how long it took, milliseconds. */
  async flows(milliseconds = 15_000): Promise<number> {
    const start = performance.now();
    const { reads, writes } = this.report;
    const [readsBefore, writesBefore] = [reads.length + READERS, writes.length + WRITERS];
    await eventually(
      'the load flows',
      async () => reads.length > readsBefore && writes.length > writesBefore,
      milliseconds,
    ).catch((error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify(this.report.failures)}`);
    });
    return performance.now() - start;
  }

  /** Milliseconds since a call succeeded last. */
  get silence(): number {
    return performance.now() - this.lastSuccess;
  }

  async stop(): Promise<LoadReport> {
    this.isRunning = false;
    await Promise.all(this.workers);
    return this.report;
  }

  private run(work: (n: number) => Promise<void>): void {
    const worker = async () => {
      for (let n = 0; this.isRunning; n++) {
        try {
          await work(n);
          this.lastSuccess = performance.now();
        } catch (error) {
          const { kind, reason } = error as DomainError;
          const name = kind ? `${kind} ${reason}` : String(error);
          this.report.failures[name] = (this.report.failures[name] ?? 0) + 1;
        }
        await sleep(PAUSE_MS);
      }
    };
    this.workers.push(worker());
  }

  private async read(api: Api, secretId: string): Promise<void> {
    const call = api.secrets.getSecretValue({ secretId }, { timeoutMs: CALL_TIMEOUT_MS });
    const { versionId, value } = await call;
    this.report.reads.push({ requestId: await call.requestId, secretId, versionId, value: valueOf(value) });
  }

  /** In turn a new secret, and a new version of one that others read. */
  private async write(api: Api, n: number): Promise<void> {
    const clientRequestToken = randomUUID();
    const value = `value ${clientRequestToken}`;
    const isNew = n % 2 === 0;
    const secretId = isNew ? unique('load') : this.secretNames[n % this.secretNames.length]!;
    const fields = { clientRequestToken, value: text(value) };
    const options = { timeoutMs: CALL_TIMEOUT_MS };
    const call: Promise<unknown> & { requestId: Promise<string> } = isNew
      ? api.secrets.createSecret({ name: secretId, ...fields }, options)
      : api.secrets.putSecretValue({ secretId, ...fields }, options);
    await call;
    this.report.writes.push({ requestId: await call.requestId, secretId, versionId: clientRequestToken, value });
  }
}

const valueOf = (value: { value?: { value: unknown } } | undefined): string => String(value?.value?.value);

/** Which acknowledged writes cannot be read back as they were written. */
export const lostWrites = async (api: Api, writes: readonly Acknowledged[]): Promise<Acknowledged[]> => {
  const lost: Acknowledged[] = [];
  for (let i = 0; i < writes.length; i += 16) {
    await Promise.all(
      writes.slice(i, i + 16).map(async (write) => {
        const { secretId, versionId, value } = write;
        const read = await api.secrets.getSecretValue({ secretId, versionId }).catch(() => undefined);
        if (read === undefined || valueOf(read.value) !== value) lost.push(write);
      }),
    );
  }
  return lost;
};
