import { setTimeout as sleep } from 'node:timers/promises';
import type { VersionName } from '@strongroom/templates';
import { CliError } from '../../cli-error';
import { EXIT } from '../../exit-code';
import type { ChildProgram, Ended } from '../../process/child-program';
import type { SignalForwarding } from '../../process/forward-signals';
import { runShell } from '../../process/run-shell';
import type { News, SecretNews } from '../../values/secret-news';
import type { OnChange } from './on-change';

/** What was read for a program. */
export interface Reading {
  /** Its whole environment. */
  env: Record<string, string>;
  /** Which versions it has, by `keyOf`. */
  versionIds: ReadonlyMap<string, string>;
}

export interface SupervisorOptions {
  start: (env: Record<string, string>) => Promise<ChildProgram>;
  read: () => Promise<Reading>;
  news: SecretNews;
  forwarding: Pick<SignalForwarding, 'endings'>;
  onChange: OnChange;
  /** What happens to the program when one of its secrets cannot be read any more. */
  onLost: 'keep' | 'stop';
  /** Milliseconds. */
  killAfterMs: number;
  /** Between two starts; milliseconds. */
  minIntervalMs: number;
  /** Tells people. */
  note: (text: string) => void;
  /** A right has ended. */
  forget: (name: VersionName) => Promise<void>;
}

/** Several changes at about the same time are one; milliseconds. */
const SETTLE_MS = 100;
/** Before what could not be read is asked for again; milliseconds. */
const RETRY_MS = 5_000;

/**
 * Keeps a program's secrets up to date: hears of changes, reads, and starts it again, signals it or runs a command. New values
 * are read before the program is touched, so it goes on as it is while they cannot be. It holds no value itself.
 */
export class Supervisor {
  private program!: ChildProgram;
  private startedAt = 0;
  private versionIds: ReadonlyMap<string, string> = new Map();
  private readonly lost = new Set<string>();

  constructor(private readonly options: SupervisorOptions) {}

  /** The program that runs at present. */
  get current(): ChildProgram | undefined {
    return this.program;
  }

  async start(reading: Reading): Promise<void> {
    this.program = await this.options.start(reading.env);
    this.startedAt = performance.now();
    this.versionIds = reading.versionIds;
  }

  /** Resolves with the end of the program, unless it was ended to be started again. */
  async watch(): Promise<Ended> {
    const { news, minIntervalMs, onChange } = this.options;
    for (;;) {
      if (await this.endsDuring(news.arrival())) return this.program.ended;
      if (await this.endsDuring(sleep(SETTLE_MS))) return this.program.ended;
      const end = await this.tellLost(news.take());
      if (end) return end;
      const soonest = onChange.kind === 'restart' ? this.startedAt + minIntervalMs - performance.now() : 0;
      if (soonest > 0 && (await this.endsDuring(sleep(soonest)))) return this.program.ended;
      const reading = await this.readAgain();
      if (this.program.hasEnded) return this.program.ended;
      if (!reading || this.isSame(reading)) continue;
      const last = await this.act(reading);
      if (last) return last;
    }
  }

  /** Whether the program ends while something is waited for. */
  private async endsDuring(waiting: Promise<unknown>): Promise<boolean> {
    await Promise.race([this.program.ended, waiting]);
    return this.program.hasEnded;
  }

  /** @returns the end of the program, if it must end */
  private async tellLost(news: News): Promise<Ended | undefined> {
    const { note, forget, onLost, killAfterMs } = this.options;
    for (const [key, { name, lost }] of news) {
      if (lost) {
        this.lost.add(key);
        await forget(name);
        const then = onLost === 'stop' ? 'the program is ended' : 'the program keeps the environment that it has';
        note(`${key} cannot be read any more: ${lost.reason}: ${lost.message}; ${then}`);
      } else if (this.lost.delete(key)) note(`${key} can be read again`);
    }
    if (this.lost.size === 0 || onLost === 'keep') return undefined;
    await this.program.stop(killAfterMs);
    return { code: EXIT.refused, signal: null };
  }

  private async readAgain(): Promise<Reading | undefined> {
    if (this.lost.size > 0) return undefined;
    try {
      return await this.options.read();
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      this.options.note(`${error.message}; the program keeps the environment that it has`);
      if (error.exitCode === EXIT.unavailable) this.options.news.repeatAfter(RETRY_MS);
      return undefined;
    }
  }

  private isSame({ versionIds }: Reading): boolean {
    return versionIds.size === this.versionIds.size && [...versionIds].every(([key, id]) => this.versionIds.get(key) === id);
  }

  /** @returns the end of the program, if it did not begin again */
  private async act(reading: Reading): Promise<Ended | undefined> {
    const { onChange, note, forwarding, killAfterMs } = this.options;
    const changed = [...reading.versionIds].filter(([key, id]) => this.versionIds.get(key) !== id).map(([key]) => key);
    const what = `${changed.join(', ') || 'what belongs to the prefix'} changed`;
    switch (onChange.kind) {
      case 'restart': {
        note(`${what}: the program is started again`);
        const { endings } = forwarding;
        const end = await this.program.stop(killAfterMs);
        if (forwarding.endings > endings) return end;
        await this.start(reading);
        return undefined;
      }
      case 'signal':
        note(`${what}: the program gets ${onChange.signal}`);
        this.program.send(onChange.signal);
        break;
      case 'exec': {
        note(`${what}: ${onChange.command}`);
        const failure = await runShell(onChange.command, reading.env);
        if (failure) note(`the command ${failure}`);
        break;
      }
    }
    this.versionIds = reading.versionIds;
    return undefined;
  }
}
