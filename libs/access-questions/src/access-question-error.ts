export interface AccessQuestionErrorOptions {
  /** `malformed`: the question breaks a rule. `unreadable`: whoever asks may not read what decides, which is no answer. */
  kind: 'malformed' | 'unreadable';
  /** What the reader can do about it; a sentence. */
  hint?: string;
}

/** A question that has no answer. */
export class AccessQuestionError extends Error {
  override readonly name = 'AccessQuestionError';
  readonly kind: AccessQuestionErrorOptions['kind'];
  readonly hint: string | undefined;

  constructor(message: string, { kind, hint }: AccessQuestionErrorOptions) {
    super(message);
    this.kind = kind;
    this.hint = hint;
  }
}

export const malformed = (message: string, hint?: string): AccessQuestionError =>
  new AccessQuestionError(message, { kind: 'malformed', hint });
