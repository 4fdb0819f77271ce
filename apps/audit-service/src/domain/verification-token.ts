import { invalidNextToken } from '@strongroom/errors';
import { checkpointHash } from './hashing/checkpoint-hash';
import type { Sealer, Within } from './trail.port';

/** How far a verification got: everything from the chain's beginning to this place is verified. */
export interface Checkpoint {
  accountId: string;
  sequence: number;
  /** The hash of the event at this place, 32 bytes. */
  hash: Buffer;
  eventsVerified: number;
  /** The number of findings up to here. */
  found: number;
}

const version = 1;

/**
 * Tokens with which a verification continues. crypto-keyservice seals their content, for this purpose alone. Nobody else can make
 * one, so nobody can make a verification skip what was never verified.
 */
export class VerificationTokens {
  constructor(private readonly sealer: Sealer) {}

  async make(checkpoint: Checkpoint): Promise<string> {
    const { accountId, sequence, eventsVerified, found } = checkpoint;
    const blob = await this.sealer.seal({ accountId, sequence, hash: sealedOf(checkpoint) });
    const parts = [version, sequence, checkpoint.hash.toString('base64url'), eventsVerified, found, blob.toString('base64url')];
    return Buffer.from(JSON.stringify(parts)).toString('base64url');
  }

  /** Throws InvalidNextTokenException for text that was not made for this account. */
  async parse(accountId: string, token: string, within: Within): Promise<Checkpoint> {
    const parsed = checkpointOf(accountId, token);
    const { checkpoint, blob } = parsed ?? refuse();
    const expected = sealedOf(checkpoint);
    const sealed = await this.sealer.open({ accountId, sequence: checkpoint.sequence, hash: expected, blob }, within);
    return sealed?.equals(expected) ? checkpoint : refuse();
  }
}

/** A hash over the token's content; the seal also binds its place and account. */
const sealedOf = ({ accountId, sequence, hash, eventsVerified, found }: Checkpoint): Buffer =>
  checkpointHash([version, accountId, sequence, hash.toString('base64url'), eventsVerified, found]);

/** The longest token: the ciphertext of a hash, a hash, and four numbers. */
const MAX_LENGTH = 2_000;

const checkpointOf = (accountId: string, token: string): { checkpoint: Checkpoint; blob: Buffer } | undefined => {
  if (token.length > MAX_LENGTH) return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed)) return undefined;
  const [, sequence, ofEvent, eventsVerified, found, blob] = parsed as unknown[];
  const numbers = [sequence, eventsVerified, found];
  if (!numbers.every((number) => Number.isSafeInteger(number) && (number as number) >= 0)) return undefined;
  if (typeof ofEvent !== 'string' || typeof blob !== 'string' || blob === '') return undefined;
  const [place, verified, findings] = numbers as [number, number, number];
  const checkpoint = {
    accountId,
    sequence: place,
    hash: Buffer.from(ofEvent, 'base64url'),
    eventsVerified: verified,
    found: findings,
  };
  return { checkpoint, blob: Buffer.from(blob, 'base64url') };
};

const refuse = (): never => {
  throw invalidNextToken('resume_token must come from a verification of this account.');
};
