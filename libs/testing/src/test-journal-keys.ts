import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { serviceNames, writePrivateFile, type ServiceName } from '@strongroom/local-cluster';

/** The key with which a service signs its journal entries in tests. */
export const testJournalKey = (producer: ServiceName) => ({
  producer,
  id: 'test',
  key: createHash('sha256').update(`journal key of ${producer}`).digest(),
});

/** A file with the keys of all services, as audit-service reads it. */
export const writeTestJournalKeys = (directory: string, unsignedUntil = 0): string => {
  const file = join(directory, 'journal.keys');
  const keys = serviceNames.map(testJournalKey).map(({ producer, id, key }) => `${producer} ${id} ${key.toString('base64')}`);
  writePrivateFile(file, `${[`unsigned-until ${unsignedUntil}`, ...keys].join('\n')}\n`);
  return file;
};
