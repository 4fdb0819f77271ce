import { EXIT, type ExitCode } from './exit-code';

export interface CliErrorOptions {
  exitCode?: ExitCode;
  /** What the reader can do about it; a sentence. */
  hint?: string;
  cause?: unknown;
}

/** A failure that the reader can understand: printed as its message and hint, without a stack. It never holds a secret value. */
export class CliError extends Error {
  override readonly name = 'CliError';
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;

  constructor(message: string, { exitCode = EXIT.failure, hint, cause }: CliErrorOptions = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.exitCode = exitCode;
    this.hint = hint;
  }
}

/** The command line breaks a rule: names the option or argument, and the rule. */
export const usageError = (message: string, hint?: string): CliError => new CliError(message, { exitCode: EXIT.usage, hint });
