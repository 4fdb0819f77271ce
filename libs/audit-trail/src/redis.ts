// What needs a Redis client, so that programs without a Redis load none.
export { createJournal, type Journal, type JournalOptions } from './journal';
