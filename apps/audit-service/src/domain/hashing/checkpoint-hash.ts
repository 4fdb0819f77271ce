import { hash } from 'node:crypto';

/** SHA-256 over numbers and texts, separated by JSON. */
export const checkpointHash = (parts: readonly (number | string)[]): Buffer => hash('sha256', JSON.stringify(parts), 'buffer');
