import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { addRange, formatRanges, parseRanges, subtractRange, type NumberRange, type NumberRanges } from './number-ranges';

/** A producer's key for the journal. */
export interface EntryKey {
  /** Such as `secrets-api`. */
  producer: string;
  /** The id of one of the producer's keys, which are renewed from time to time. */
  id: string;
  /** 32 bytes, for HMAC-SHA-256. */
  key: Buffer;
}

/** Who appended an entry, and its number. */
export interface EntryOrigin {
  producer: string;
  keyId: string;
  /** A run of the producer: its start in epoch milliseconds, a dot, 16 random hexadecimal digits. */
  run: string;
  /** Starts at 1 and increases with each append of this run, whether Redis acknowledges it or not. */
  number: number;
  /** Redis acknowledged every lower number, except those reported as unconfirmed, here or before. */
  settledBelow: number;
  /** Numbers that Redis did not acknowledge: they may be in the journal, even after this one, or not. */
  unconfirmed: NumberRanges;
}

export interface SignedEntry {
  origin: EntryOrigin;
  /** The fields of an entry besides its events: `p`, the origin as text, and `m`, the MAC over it and the events. */
  originText: string;
  mac: string;
}

const version = 1;
const MAX_UNCONFIRMED_RANGES = 64;

const textOf = (origin: EntryOrigin): string =>
  [version, origin.producer, origin.keyId, origin.run, origin.number, origin.settledBelow, formatRanges(origin.unconfirmed)].join(
    ' ',
  );

/** Undefined for text that no producer wrote. */
export function parseOrigin(text: string): EntryOrigin | undefined {
  const pattern = /^1 ([a-z0-9-]{1,64}) ([a-z0-9-]{1,64}) (\d{13}\.[0-9a-f]{16}) (\d{1,15}) (\d{1,15}) ([\d,-]*)$/;
  const [, producer, keyId, run, number, settledBelow, ranges] = pattern.exec(text) ?? [];
  const unconfirmed = ranges === undefined ? undefined : parseRanges(ranges);
  if (!producer || !keyId || !run || !unconfirmed) return undefined;
  const origin = { producer, keyId, run, number: Number(number), settledBelow: Number(settledBelow), unconfirmed };
  const isPossible = origin.number >= 1 && origin.settledBelow <= origin.number && (unconfirmed.at(-1)?.[1] ?? 0) < origin.number;
  return isPossible && textOf(origin) === text ? origin : undefined;
}

/**
 * HMAC-SHA-256 over the origin and the encodings of the events, one line each. Neither can contain a line end, because JSON
 * escapes it. So no part can run into the next one.
 */
const macOf = (key: Buffer, originText: string, events: readonly string[]): Buffer =>
  createHmac('sha256', key)
    .update(`strongroom journal entry\n${originText}\n${events.join('\n')}`, 'utf8')
    .digest();

export function isSignedBy(key: Buffer, originText: string, events: readonly string[], mac: string): boolean {
  const given = Buffer.from(mac, 'base64url');
  return given.length === 32 && given.toString('base64url') === mac && timingSafeEqual(given, macOf(key, originText, events));
}

/** Numbers and signs the entries of one run of a producer. */
export class EntrySigner {
  private readonly run: string;
  private last = 0;
  /** In ascending order, as they were added. */
  private readonly inFlight = new Set<number>();
  /** Those that no acknowledged entry has reported yet. */
  private unconfirmed: NumberRange[] = [];

  constructor(
    private readonly key: EntryKey,
    startedAt: number,
    random: Buffer = randomBytes(8),
  ) {
    this.run = `${startedAt}.${random.toString('hex')}`;
  }

  /** For the next append; the caller must report its end with `acknowledged` or `failed`. */
  sign(events: readonly string[]): SignedEntry {
    const number = ++this.last;
    this.inFlight.add(number);
    const [lowest = number] = this.inFlight;
    const { producer, id, key } = this.key;
    // A number may fail while a lower one is still open; it is reported whether the lower one is settled or not.
    const origin = { producer, keyId: id, run: this.run, number, settledBelow: lowest, unconfirmed: this.unconfirmed };
    const originText = textOf(origin);
    return { origin, originText, mac: macOf(key, originText, events).toString('base64url') };
  }

  acknowledged({ number, unconfirmed }: EntryOrigin): void {
    this.inFlight.delete(number);
    for (const range of unconfirmed) this.unconfirmed = subtractRange(this.unconfirmed, range);
  }

  failed({ number }: EntryOrigin): void {
    this.inFlight.delete(number);
    this.unconfirmed = addRange(this.unconfirmed, [number, number], MAX_UNCONFIRMED_RANGES);
  }
}
