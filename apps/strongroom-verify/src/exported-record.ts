import { isDeepStrictEqual } from 'node:util';
import { decodeEvent } from '@strongroom/audit-trail/event-codec';
import { exportedRecord } from '@strongroom/cloudtrail-record';
import { chainHash } from '@strongroom/merkle';
import { describeRecord, isHash, isPlace } from './evidence';

/** A record of an export, by what it says of its place. */
export interface PlacedRecord {
  sequence: number;
  /** Hexadecimal, as `previousHash`. */
  hash: string;
  previousHash?: string;
  /** The event as it is hashed; absent in what an older version exported. */
  hashed?: string;
  shown: object;
}

/** @returns the rule that it breaks, if it is no record of an export */
export function placedRecord(record: unknown): PlacedRecord | string {
  const { additionalEventData: evidence } = (record ?? {}) as { additionalEventData?: Readonly<Record<string, unknown>> };
  const { trailSequence, trailHash, trailPreviousHash: previousHash, trailRecord: hashed } = evidence ?? {};
  const sequence = Number(trailSequence);
  if (!isPlace(sequence, 1)) return 'additionalEventData.trailSequence must be a number from 1';
  if (!isHash(trailHash)) return 'additionalEventData.trailHash must have 64 hexadecimal digits';
  if (previousHash !== undefined && !isHash(previousHash))
    return 'additionalEventData.trailPreviousHash must have 64 hexadecimal digits';
  if (hashed !== undefined && typeof hashed !== 'string') return 'additionalEventData.trailRecord must be a text';
  return { sequence, hash: trailHash, previousHash, hashed, shown: record as object };
}

/**
 * How a record contradicts itself: what was hashed must have its hash after the one before, and the record must say what was
 * hashed, member by member.
 *
 * @param before the hash before it, hexadecimal
 */
export function contradictionIn(record: PlacedRecord & { hashed: string }, before: string): string | undefined {
  const { sequence, hash, hashed, previousHash, shown } = record;
  if (chainHash(Buffer.from(before, 'hex'), sequence, hashed).toString('hex') !== hash)
    return `event ${sequence} was changed: what was hashed does not have its hash (${describeRecord(hashed)})`;
  const expected = recordOf(sequence, hash, hashed, previousHash);
  if (expected === undefined) return `event ${sequence} was changed: what was hashed is no event`;
  const members = new Set([...Object.keys(expected), ...Object.keys(shown)]);
  const differing = [...members].filter((name) => !isDeepStrictEqual(memberOf(expected, name), memberOf(shown, name)));
  if (differing.length === 0) return undefined;
  return `event ${sequence} was changed: ${differing.join(', ')} ${differing.length > 1 ? 'are' : 'is'} not what was hashed`;
}

const memberOf = (of: object, name: string): unknown => (of as Record<string, unknown>)[name];

/** The record of an event as an export writes it; undefined for what is no event. */
function recordOf(
  sequence: number,
  hash: string,
  trailRecord: string,
  trailPreviousHash: string | undefined,
): object | undefined {
  try {
    const event = decodeEvent(trailRecord);
    const record = exportedRecord(
      {
        ...event,
        userIdentity: { sessionAttributes: undefined, ...event.userIdentity },
        sequence: BigInt(sequence),
        hash: Buffer.from(hash, 'hex'),
      },
      { trailRecord, trailPreviousHash },
    );
    return JSON.parse(JSON.stringify(record)) as object;
  } catch {
    return undefined;
  }
}
