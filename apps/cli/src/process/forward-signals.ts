import { pollUntil } from '@strongroom/clock';
import type { ChildProgram } from './child-program';
import { isInForeground, processState } from './controlling-terminal';

/** The terminal sends these to its whole foreground group, so the program has them already if this process is in it. */
const ofTerminal = ['SIGINT', 'SIGQUIT', 'SIGWINCH'] as const;
const ofOthers = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGCONT'] as const;
/** By these people and supervisors end a program. */
const ending: ReadonlySet<string> = new Set(['SIGINT', 'SIGQUIT', 'SIGTERM', 'SIGHUP']);

/** A program that obeys Ctrl-Z does so at once. */
const PATIENCE_MS = 500;

export interface SignalForwarding {
  /** How many signals have come so far that end programs. */
  readonly endings: number;
  /** Ends the forwarding. */
  release(): void;
}

/** Hands the signals that this process gets on to the program, each once. */
export const forwardSignals = (program: () => ChildProgram | undefined): SignalForwarding => {
  let endings = 0;
  const listeners = new Map<NodeJS.Signals, () => void>();
  for (const signal of [...ofTerminal, ...ofOthers]) {
    const mayBeOfTerminal = (ofTerminal as readonly string[]).includes(signal);
    listeners.set(signal, () => {
      if (ending.has(signal)) endings++;
      if (!mayBeOfTerminal || !isInForeground()) program()?.send(signal);
    });
  }
  listeners.set('SIGTSTP', () => void suspend(program()));
  for (const [signal, listener] of listeners) process.on(signal, listener);
  return {
    get endings() {
      return endings;
    },
    release() {
      for (const [signal, listener] of listeners) process.off(signal, listener);
    },
  };
};

/** Stops this process when the program has stopped, so that the shell takes its terminal back; SIGCONT wakes both. */
const suspend = async (program: ChildProgram | undefined): Promise<void> => {
  if (program === undefined) return;
  if (!isInForeground()) program.send('SIGTSTP');
  const isStopped = () => processState(program.pid)?.state === 'T';
  if (await pollUntil(isStopped, PATIENCE_MS)) process.kill(process.pid, 'SIGSTOP');
};
