import type { SecretNotice } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import type { DomainError } from '@strongroom/errors';
import { digestOf } from '../../domain/hashing/digest';
import type { Secret } from '../../domain/secret';
import { toStagesMessage } from '../secret-message';

/** A state as watchers are told of it. */
export interface ToldState {
  readonly message: NonNullable<SecretNotice['state']>;
  /** The same for the same state. */
  readonly digest: string;
}

/** Of each reading, for all who share it. */
const readable = new WeakMap<Secret, ToldState>();

/** The state of a secret of which the caller may get the value. */
export function readableState(secret: Secret): ToldState {
  let state = readable.get(secret);
  if (state === undefined) {
    const value = { versionsToStages: toStagesMessage(secret.labels), lastChangedDate: secret.lastChangedAt };
    readable.set(secret, (state = told({ $case: 'readable', value })));
  }
  return state;
}

/** The state of a secret for which GetSecretValue would give this error. */
export function unreadableState({ reason, message }: DomainError): ToldState {
  return told({ $case: 'unreadable', value: { errorCode: reason, message } });
}

const told = (message: ToldState['message']): ToldState => ({ message, digest: digestOf(message) });
