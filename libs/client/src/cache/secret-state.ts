import type { SecretNotice } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { DomainError, type ErrorKind } from '@strongroom/errors';
import { asStrongroomError } from '../as-strongroom-error';
import type { StrongroomError } from '../errors';

/** How a secret is, as push tells it: which version has which labels, or why nothing of it may be read. */
export type SecretState = { readonly stagesOf: ReadonlyMap<string, readonly string[]> } | { readonly error: StrongroomError };

const kinds: Readonly<Record<string, ErrorKind>> = {
  AccessDeniedException: 'permission-denied',
  ResourceNotFoundException: 'not-found',
};

/** undefined: of a kind that this client does not know. */
export function stateOf({ state }: Pick<SecretNotice, 'state'>): SecretState | undefined {
  switch (state?.$case) {
    case 'readable':
      return { stagesOf: new Map(Object.entries(state.value.versionsToStages).map(([id, { stages }]) => [id, stages])) };
    case 'unreadable': {
      const { errorCode: reason, message } = state.value;
      return { error: strongroomError(kinds[reason] ?? 'failed-precondition', reason, message) };
    }
    default:
      return undefined;
  }
}

/** The error as the class of its name. */
export const strongroomError = (kind: ErrorKind, reason: string, message: string): StrongroomError =>
  asStrongroomError(new DomainError({ kind, reason, message })) as StrongroomError;
