import { createHash } from 'node:crypto';
import { forget } from '@strongroom/envelope';
import { combine, split } from 'shamir-secret-sharing';
import { ProviderIdentity } from './identity';

/** The largest number of shares. */
export const MAX_SHARES = 16;
/** Bytes of a share: the identity's, and the point at which the polynomials were taken. */
const SHARE_LENGTH = 33;
const SET_LENGTH = 4;
const CHECKSUM_LENGTH = 4;
const WORD = 'strongroom-share';

/** One share of a recovery quorum. */
export interface Share {
  /** `<provider>.<8 hex digits>`: shares of one splitting have the same. */
  readonly set: string;
  /** How many of them open the identity, and how many there are. */
  readonly threshold: number;
  readonly count: number;
  /** From 1. */
  readonly number: number;
  readonly bytes: Buffer;
}

/** What distinguishes the shares of a provider from those of every other, former ones of the same name too. */
export function setName(provider: string, recipient: string): string {
  return `${provider}.${createHash('sha256')
    .update(recipient)
    .digest('hex')
    .slice(0, 2 * SET_LENGTH)}`;
}

/**
 * Splits an identity so that any `threshold` of `count` shares open it, and fewer reveal nothing.
 *
 * @throws RangeError for a quorum that is none
 */
export async function splitIdentity(
  identity: ProviderIdentity,
  set: string,
  { threshold, count }: Pick<Share, 'threshold' | 'count'>,
): Promise<Share[]> {
  if (!(threshold >= 2 && threshold <= count && count <= MAX_SHARES)) {
    throw new RangeError(`a quorum is 2 or more of at most ${MAX_SHARES} shares, such as 3 of 5`);
  }
  const bytes = identity.copyBytes();
  const secret = new Uint8Array(bytes);
  try {
    const shares = await split(secret, count, threshold);
    return shares.map((share, i) => ({ set, threshold, count, number: i + 1, bytes: Buffer.from(share.buffer) }));
  } finally {
    forget(bytes, secret);
  }
}

/** @throws RangeError when there are too few; the identity is wrong when a share is, so compare its recipient */
export async function combineShares(shares: readonly Share[]): Promise<ProviderIdentity> {
  const [first] = shares;
  if (!first || shares.length < first.threshold) throw new RangeError(`${first?.threshold ?? 2} shares are needed`);
  const secret = await combine(shares.slice(0, first.threshold).map(({ bytes }) => new Uint8Array(bytes)));
  try {
    return ProviderIdentity.fromBytes(secret);
  } finally {
    forget(secret);
  }
}

/**
 * A share as a line to print: `strongroom-share <set> <k>/<n> <number> <share in hex, groups of 8>-<checksum>`. The checksum is
 * of everything before it.
 */
export function printShare(share: Share): string {
  const groups = share.bytes
    .toString('hex')
    .match(/.{1,8}/g)!
    .join('-');
  return `${WORD} ${share.set} ${share.threshold}/${share.count} ${share.number} ${groups}-${checksumOf(share)}`;
}

const LINE = /^strongroom-share ([a-z0-9-]{1,64}\.[0-9a-f]{8}) (\d{1,2})\/(\d{1,2}) (\d{1,2}) ([0-9a-f-]{1,200})$/;

/**
 * Reads a printed share; spaces around it and upper case do no harm.
 *
 * @throws RangeError that names the share and says what is wrong with it, and nothing of what it holds
 */
export function parseShare(line: Buffer): Share {
  const match = LINE.exec(line.toString('latin1').trim().toLowerCase().replace(/\s+/g, ' '));
  if (!match) throw new RangeError(`this is no share: a share begins with "${WORD}" and is one line`);
  const [, set, threshold, count, number, text] = match as unknown as string[];
  const all = Buffer.from(text!.replaceAll('-', ''), 'hex');
  const share = {
    set: set!,
    threshold: Number(threshold),
    count: Number(count),
    number: Number(number),
    bytes: Buffer.from(all.subarray(0, SHARE_LENGTH)),
  };
  const checksum = all.subarray(SHARE_LENGTH).toString('hex');
  forget(all);
  if (checksum !== checksumOf(share)) {
    forget(share.bytes);
    throw new RangeError(`share ${share.number} of ${share.set} is mistyped: its checksum does not match`);
  }
  return share;
}

const checksumOf = ({ set, threshold, count, number, bytes }: Share): string =>
  createHash('sha256')
    .update(`${WORD} ${set} ${threshold}/${count} ${number} `)
    .update(bytes)
    .digest()
    .toString('hex', 0, CHECKSUM_LENGTH);

/** The shares that people have brought, until there are enough. */
export class ShareCollection {
  private readonly shares = new Map<number, Share>();

  constructor(private readonly set: string) {}

  /** How many there are, and how many are needed; undefined before the first. */
  get progress(): { have: number; need: number } | undefined {
    const [first] = this.shares.values();
    return first && { have: this.shares.size, need: first.threshold };
  }

  /**
   * Takes a share; the same one again does no harm.
   * @throws RangeError for a share of another set, by name
   */
  add(share: Share): void {
    if (share.set !== this.set) throw new RangeError(`this is share ${share.number} of ${share.set}, not of ${this.set}`);
    const known = this.shares.get(share.number);
    if (known) forget(known.bytes);
    this.shares.set(share.number, share);
  }

  /** The identity once there are enough; undefined before. */
  async identity(): Promise<ProviderIdentity | undefined> {
    const { have, need } = this.progress ?? { have: 0, need: 1 };
    return have < need ? undefined : combineShares([...this.shares.values()]);
  }

  forget(): void {
    for (const { bytes } of this.shares.values()) forget(bytes);
    this.shares.clear();
  }
}
