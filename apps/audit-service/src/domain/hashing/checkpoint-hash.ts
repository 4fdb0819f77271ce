import { hash } from 'node:crypto';

/** SHA-256 over parts that are numbers and texts, kept apart by JSON. */
export const checkpointHash = (parts: readonly (number | string)[]): Buffer => hash('sha256', JSON.stringify(parts), 'buffer');
