import { setTimeout as sleep } from 'node:timers/promises';
import { type RotationCalls, type RotationRun, RotationRunState, StrongroomError } from '@strongroom/client';
import { SECOND } from '@strongroom/clock';
import type { Cli } from '../../cli';
import { CliError } from '../../cli-error';
import { EXIT, type ExitCode } from '../../exit-code';
import { changesBetween, type RunChange } from './run-changes';
import { isOver } from './rotation-words';

type Watched = Pick<RotationCalls, 'watchRotation' | 'listRotationRuns'>;

export interface WatchOptions {
  secretId: string;
  /** The version that the run gives AWSCURRENT. Default: whatever the next run is about. */
  versionId?: string;
  /** A run of before, which is not the one to watch. */
  except?: string;
  signal: AbortSignal;
  changed: (change: RunChange) => void;
  /** How long the run may take to begin, and its service to be away. Milliseconds. */
  patienceMs?: number;
  pauseMs?: number;
}

const PATIENCE = 60 * SECOND;

/** The id of the newest run if it has ended: what begins now is another one. */
export const endedRun = async (rotation: Watched, secretId: string, signal: AbortSignal): Promise<string | undefined> => {
  for await (const run of rotation.listRotationRuns({ secretId, maxResults: 1 }, { signal }))
    return isOver(run) ? run.runId : undefined;
  return undefined;
};

/**
 * Follows a run until it ends, and tells each change once. A connection that breaks is opened again.
 *
 * @throws StrongroomError; CliError if no run begins in time
 */
export const watchRun = async (rotation: Watched, options: WatchOptions): Promise<RotationRun> => {
  const { secretId, versionId, except, signal, changed, patienceMs = PATIENCE, pauseMs = 500 } = options;
  let last: RotationRun | undefined;
  let heardAt = Date.now();
  for (;;) {
    try {
      for await (const run of rotation.watchRotation({ secretId, versionId }, { signal })) {
        if (run.runId === except) continue;
        heardAt = Date.now();
        for (const change of changesBetween(last, run)) changed(change);
        last = run;
        if (isOver(run)) return run;
      }
    } catch (error) {
      const comesBack =
        error instanceof StrongroomError && (PASSES.has(error.kind) || (last === undefined && error.kind === 'not-found'));
      if (signal.aborted || !comesBack || Date.now() - heardAt > patienceMs) throw error;
    }
    if (Date.now() - heardAt > patienceMs) {
      throw new CliError(`No run of ${secretId} has begun within ${patienceMs / SECOND} s.`, {
        exitCode: EXIT.unavailable,
        hint: 'It begins as soon as rotation-worker serves: see `strongroom rotate status` and `strongroom doctor`.',
      });
    }
    await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
  }
};

const PASSES: ReadonlySet<StrongroomError['kind']> = new Set(['unavailable', 'deadline-exceeded', 'aborted']);

/** Shows a run as it happens, and then how it ended. Resolves with the exit code. */
export const showRun = async (cli: Cli, options: Omit<WatchOptions, 'changed' | 'signal'>): Promise<ExitCode> => {
  const { printer, signal } = cli;
  const { rotation } = await cli.strongroom();
  const isForPeople = printer.format === 'table' || printer.format === 'text';
  const say = (line: string) => (isForPeople ? printer.line(line) : printer.note(line));
  const run = await watchRun(rotation, {
    ...options,
    signal,
    changed: ({ at, what, how }) =>
      say(`${at?.toISOString().slice(11, 23) ?? ' '.repeat(12)}  ${what.padEnd(13)} ${how}`.replace(/\n/g, ' ')),
  });
  if (!isForPeople || cli.flags.query !== undefined) printer.one(run);
  if (run.diagnosis !== '') printer.note(run.diagnosis);
  return exitCodeOfRun(run);
};

/** 0 succeeded; 1 failed; 6 ended by something else: another AWSCURRENT, a cancellation, a rollback. */
export const exitCodeOfRun = ({ state }: Pick<RotationRun, 'state'>): ExitCode => {
  if (state === RotationRunState.SUCCEEDED) return EXIT.ok;
  return state === RotationRunState.FAILED ? EXIT.failure : EXIT.conflict;
};
