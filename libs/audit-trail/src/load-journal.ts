import type { Journal, JournalOptions } from './journal';

/** As `createJournal`. Only a program that calls it loads a Redis client, whatever else it imports from this library. */
export async function loadJournal(options: JournalOptions): Promise<Journal> {
  const { createJournal } = await import('./journal');
  return createJournal(options);
}
