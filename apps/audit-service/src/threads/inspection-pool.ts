import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Logger } from '@strongroom/telemetry';
import type { Inspection, Inspector, PackedBlock } from '../domain/trail.port';
import type { InspectionOrder, InspectionReport } from './inspection.thread';

/** Threads that had nothing to do for so long end. Milliseconds. */
const IDLE_MS = 10_000;

interface Thread {
  worker: Worker;
  /** What it has not reported yet, by the id of the order. */
  waiting: Map<number, (inspection: Inspection | undefined) => void>;
}

export interface InspectionPoolOptions {
  logger: Logger;
  /** The program that a thread runs: `main.js` of this service. */
  file: string;
  /** How many threads. Default: one for each core. */
  threads?: number;
  idleMs?: number;
}

/**
 * Threads that open and inspect blocks, as many as there are cores. They begin with the first block and end when there is nothing
 * to do. A thread that breaks costs time alone: its blocks count as not inspected, and the next block begins another thread.
 */
export class InspectionPool implements Inspector {
  readonly width: number;
  private readonly threads: Thread[] = [];
  private nextId = 1;
  private idle: NodeJS.Timeout | undefined;
  private isStopped = false;

  constructor(private readonly options: InspectionPoolOptions) {
    this.width = options.threads ?? availableParallelism();
  }

  /** How many threads there are now. */
  get size(): number {
    return this.threads.length;
  }

  inspect(block: PackedBlock): Promise<Inspection | undefined> {
    if (this.isStopped) return Promise.resolve(undefined);
    clearTimeout(this.idle);
    const thread = this.leastBusy();
    const id = this.nextId++;
    return new Promise((resolve) => {
      thread.waiting.set(id, resolve);
      thread.worker.postMessage({ id, block } satisfies InspectionOrder);
    });
  }

  async stop(): Promise<void> {
    this.isStopped = true;
    await this.endAll();
  }

  private leastBusy(): Thread {
    const least = this.threads.reduce<Thread | undefined>(
      (best, thread) => (best && best.waiting.size <= thread.waiting.size ? best : thread),
      undefined,
    );
    return least && (least.waiting.size === 0 || this.threads.length >= this.width) ? least : this.begin();
  }

  private begin(): Thread {
    const worker = new Worker(this.options.file, { name: 'inspection' });
    const thread: Thread = { worker, waiting: new Map() };
    // Neither the process nor its stop waits for a thread.
    worker.unref();
    worker.on('message', ({ id, inspection }: InspectionReport) => {
      thread.waiting.get(id)?.(inspection);
      thread.waiting.delete(id);
      this.restIfIdle();
    });
    worker.on('error', (error) => this.options.logger.error('a thread that verifies the trail broke', { error }));
    worker.on('exit', () => this.drop(thread));
    this.threads.push(thread);
    return thread;
  }

  private drop(thread: Thread): void {
    const at = this.threads.indexOf(thread);
    if (at >= 0) this.threads.splice(at, 1);
    for (const resolve of thread.waiting.values()) resolve(undefined);
    thread.waiting.clear();
  }

  private restIfIdle(): void {
    if (this.threads.some(({ waiting }) => waiting.size > 0)) return;
    clearTimeout(this.idle);
    this.idle = setTimeout(() => void this.endAll(), this.options.idleMs ?? IDLE_MS).unref();
  }

  private async endAll(): Promise<void> {
    clearTimeout(this.idle);
    await Promise.all(
      [...this.threads].map((thread) => {
        this.drop(thread);
        return thread.worker.terminate();
      }),
    );
  }
}
