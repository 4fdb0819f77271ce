import { DomainError, isDomainError } from '@strongroom/errors';
import { MAX_MESSAGE, type MessageFields, readMessage, sizeOf, type TopicMessage } from './topic-message';

const MAX_ENTRIES = 10;
const ENTRY_ID = /^[A-Za-z0-9_-]{1,80}$/;

const fault = (reason: string, message: string): DomainError => new DomainError({ kind: 'invalid-argument', reason, message });

export interface ReadBatch {
  messages: { id: string; message: TopicMessage }[];
  failed: { id: string; code: string; message: string; senderFault: boolean }[];
}

/** Reads the entries of PublishBatch, each for itself. @throws DomainError if the batch as a whole breaks a rule */
export function readBatch(entries: readonly (MessageFields & { id: string })[]): ReadBatch {
  if (entries.length === 0) throw fault('EmptyBatchRequestException', 'The batch must have an entry.');
  if (entries.length > MAX_ENTRIES) {
    throw fault('TooManyEntriesInBatchRequestException', `The batch must have at most ${MAX_ENTRIES} entries.`);
  }
  if (entries.some(({ id }) => !ENTRY_ID.test(id))) {
    throw fault('InvalidBatchEntryIdException', 'The Id of an entry must be 1 to 80 letters, digits, hyphens and underscores.');
  }
  if (new Set(entries.map(({ id }) => id)).size < entries.length) {
    throw fault('BatchEntryIdsNotDistinctException', 'Two entries must not have the same Id.');
  }
  if (entries.reduce((sum, entry) => sum + sizeOf(entry), 0) > MAX_MESSAGE) {
    throw fault('BatchRequestTooLongException', `The batch must have at most ${MAX_MESSAGE} bytes.`);
  }
  const batch: ReadBatch = { messages: [], failed: [] };
  for (const { id, ...fields } of entries) {
    try {
      batch.messages.push({ id, message: readMessage(fields) });
    } catch (error) {
      if (!isDomainError(error)) throw error;
      batch.failed.push({ id, code: 'InvalidParameter', message: error.message, senderFault: true });
    }
  }
  return batch;
}
