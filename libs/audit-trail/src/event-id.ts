import type { Clock } from '@strongroom/clock';
import type { RandomSource } from '@strongroom/random';

/**
 * A version-7 UUID (RFC 9562): 48 bits of time in milliseconds, then 74 random bits. Ids of about the same time lie side by
 * side, so the unique index of the trail grows at its end instead of all over.
 */
export const newEventId = (clock: Clock, random: RandomSource): string => {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(clock.millis(), 0, 6);
  random.bytes(10).copy(bytes, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};
