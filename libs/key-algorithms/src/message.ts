import { validationFailed } from './key-errors';
import { MAX_MESSAGE_BYTES } from './key-specs';

/** @throws DomainError ValidationException for a message that is too long */
export function requireMessage(message: Uint8Array): void {
  if (message.length > MAX_MESSAGE_BYTES) {
    throw validationFailed(
      "1 validation error detected: Value at 'message' failed to satisfy constraint: Member must have length less than or equal " +
        `to ${MAX_MESSAGE_BYTES}`,
    );
  }
}
