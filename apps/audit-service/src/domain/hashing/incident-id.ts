import { hash } from 'node:crypto';

/** A version-8 UUID, whose content is free: the same text gives the same UUID. */
export const incidentId = (text: string): string => {
  const bytes = hash('sha256', `strongroom journal incident\n${text}`, 'buffer').subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
};
