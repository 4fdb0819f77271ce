import type { Clock } from '@strongroom/clock';
import type { RandomSource } from '@strongroom/random';

const randomLength = 10;
/** Random bytes are fetched in bulk: asking the system for ten bytes costs more than the rest of the event. */
const poolLength = 100 * randomLength;

/**
 * Creates event ids: version-7 UUIDs (RFC 9562), with 48 bits of time in milliseconds, then 74 random bits. Ids of about the same
 * time are neighbours, so the unique index of the trail grows at its end and not everywhere.
 */
export class EventIds {
  private pool: Buffer = Buffer.alloc(0);

  constructor(
    private readonly clock: Clock,
    private readonly random: RandomSource,
  ) {}

  next(): string {
    if (this.pool.length < randomLength) this.pool = this.random.bytes(poolLength);
    const random = this.pool.subarray(0, randomLength);
    this.pool = this.pool.subarray(randomLength);
    const time = this.clock.millis().toString(16).padStart(12, '0');
    random[0] = (random[0]! & 0x0f) | 0x70;
    random[2] = (random[2]! & 0x3f) | 0x80;
    const hex = random.toString('hex');
    return `${time.slice(0, 8)}-${time.slice(8)}-${hex.slice(0, 4)}-${hex.slice(4, 8)}-${hex.slice(8)}`;
  }
}
