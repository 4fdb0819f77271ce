import { hash } from 'node:crypto';

/**
 * What a term is filed under: the first 16 bytes of its SHA-256. Texts of any length take as much room; two that met would cost a
 * lookup a look in vain, since what it finds is compared in full.
 */
export const termHash = (term: string): Buffer => hash('sha256', term, 'buffer').subarray(0, 16);
