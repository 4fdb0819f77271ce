import type { ErrorKind } from '@strongroom/errors';

/** What a command ends with; docs/cli.md has the table. `run` ends with its program's own code instead. */
export const EXIT = {
  ok: 0,
  /** Something that no other code describes, such as a defect of ours. */
  failure: 1,
  /** The command line, a file that it names, or a field of the request breaks a rule. */
  usage: 2,
  notFound: 3,
  /** Not allowed, or no valid credential. */
  refused: 4,
  /** No answer, or an overloaded service: the same command may succeed later. */
  unavailable: 5,
  /** The state of things forbids it: it exists already, is scheduled for deletion, or has changed meanwhile. */
  conflict: 6,
  /**
   * Some of it was done, and some was not: the output says which. The same command goes on. Of a command that checks something:
   * it is not as it must be, or not all of it could be checked.
   */
  incomplete: 7,
  /** Of `run`, as shells have it: its program is there and cannot be started. */
  notExecutable: 126,
  /** Of `run`, as shells have it: there is no such program. */
  noSuchProgram: 127,
  /** Ended by Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const exitCodeOfKind: Record<ErrorKind, ExitCode> = {
  'invalid-argument': EXIT.usage,
  'failed-precondition': EXIT.conflict,
  'not-found': EXIT.notFound,
  'already-exists': EXIT.conflict,
  'permission-denied': EXIT.refused,
  unauthenticated: EXIT.refused,
  'resource-exhausted': EXIT.unavailable,
  aborted: EXIT.conflict,
  unavailable: EXIT.unavailable,
  'deadline-exceeded': EXIT.unavailable,
  cancelled: EXIT.interrupted,
  unimplemented: EXIT.failure,
  internal: EXIT.failure,
};

export const exitCodeOf = (kind: ErrorKind): ExitCode => exitCodeOfKind[kind];
