import { isDomainError, type ErrorKind } from '@strongroom/errors';

/** How a step failed, in the form that is stored, audited and returned. */
export interface StepFailure {
  /** An error name. */
  code: string;
  /** Names field and rule; never a value. */
  message: string;
  kind: ErrorKind;
  /** Only a person can change the cause. */
  isPermanent: boolean;
}

const permanent: ReadonlySet<ErrorKind> = new Set(['invalid-argument', 'failed-precondition', 'not-found', 'permission-denied']);

const MAX_CODE = 128;
const MAX_MESSAGE = 1_000;

/**
 * For an error that is not a DomainError, only its name is returned: drivers put statements, and with them passwords, into their
 * messages.
 */
export const failureOf = (error: unknown): StepFailure => {
  if (isDomainError(error)) {
    return {
      code: cut(error.reason, MAX_CODE),
      message: cut(error.message, MAX_MESSAGE),
      kind: error.kind,
      isPermanent: permanent.has(error.kind),
    };
  }
  const name = error instanceof Error ? error.name : typeof error;
  return {
    code: 'InternalServiceError',
    message: `unexpected ${cut(name, 60)} in the step`,
    kind: 'internal',
    isPermanent: false,
  };
};

/** Printable text of a bounded length. */
export const cut = (text: string, length: number): string => {
  const printable = text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ').trim();
  return Buffer.from(printable.length <= length ? printable : `${printable.slice(0, length - 1)}…`).toString();
};

/** The reason for a further attempt in the queue: the error's name, and nothing that Redis must not store. */
export class StepFailed extends Error {
  constructor(code: string) {
    super(`the step has failed: ${code}`);
    this.name = 'StepFailed';
  }
}

/**
 * The step cannot be done right now, through no fault of its own. It goes back into the queue, and this does not count as a try.
 */
export class StepPostponed extends Error {
  constructor(readonly delayMs: number) {
    super(`put back for ${delayMs} ms`);
    this.name = 'StepPostponed';
  }
}
