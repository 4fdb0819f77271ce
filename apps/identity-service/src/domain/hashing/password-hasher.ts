import { type Algorithm, hash, type Options, verify } from '@node-rs/argon2';
import { throttled } from '@strongroom/errors';
import { FairGate } from '@strongroom/fairness';
import type { RandomSource } from '@strongroom/random';

/** What a hash costs whoever makes one. */
export type PasswordCost = Required<Pick<Options, 'memoryCost' | 'timeCost' | 'parallelism'>>;

/**
 * 64 MiB, three passes, one thread: the second choice of RFC 9106, for machines without 2 GiB to spare, on one thread, since
 * servers have other work for the rest. docs/adr/0034-password-hashes.md says why.
 */
export const PASSWORD_COST: PasswordCost = { memoryCost: 64 * 1_024, timeCost: 3, parallelism: 1 };

/** Hashes made at a time: they hold 128 MiB, and two of the threads that Node has for such work. */
const MAX_AT_A_TIME = 2;
/** Waiting in one lane; each waits for as many hashes as there are before it. */
const MAX_WAITING = 16;
const SALT_BYTES = 16;
/** The package declares it as a const enum, which other compilers cannot read. */
const ARGON2ID: Algorithm = 2;

/** Hashes passwords by argon2id, on threads of its own, a few at a time; lanes, such as addresses, take turns. */
export class PasswordHasher {
  private readonly gate = new FairGate({
    slots: MAX_AT_A_TIME,
    maxWaitingPerLane: MAX_WAITING,
    turnAway: () => throttled('Too many passwords are being checked.', { metadata: { retry_after_ms: '1000' } }),
  });

  constructor(
    private readonly random: RandomSource,
    private readonly cost = PASSWORD_COST,
  ) {}

  /** In PHC form, with its salt and what it cost: 97 characters. @throws ThrottlingException */
  hash(password: string, lane: string): Promise<string> {
    const salt = this.random.bytes(SALT_BYTES);
    return this.gate.through(lane, () => hash(password, { ...this.cost, algorithm: ARGON2ID, salt }));
  }

  /** Whether the hash is of this password, whatever it cost. @throws ThrottlingException */
  matches(hashed: string, password: string, lane: string): Promise<boolean> {
    return this.gate.through(lane, () => verify(hashed, password));
  }
}
