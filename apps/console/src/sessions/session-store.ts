import { z } from 'zod';
import type { connectRedis } from '@strongroom/redis';
import type { Clock } from '@strongroom/clock';
import { serviceUnavailable } from '@strongroom/errors';
import type { RandomSource } from '@strongroom/random';
import { hashOf, newSessionId } from '../domain/hashing/session-id';
import { hasEnded, idleEndOf, type Session } from '../domain/session';

const PREFIX = 'strongroom:console:session:';

const record = z.object({
  credentialId: z.string(),
  accountId: z.string(),
  userName: z.string(),
  arn: z.string(),
  multiFactor: z.boolean(),
  signedInAt: z.number(),
  lastSeen: z.number(),
  lastsMs: z.number().optional(),
});

/** The commands of Redis that sessions need. */
export type SessionRedis = Pick<ReturnType<typeof connectRedis>, 'get' | 'set' | 'del'>;

/** Sessions in Redis, each under the hash of its id; Redis forgets them when they end. */
export class SessionStore {
  constructor(
    private readonly redis: SessionRedis,
    private readonly clock: Clock,
    private readonly random: RandomSource,
  ) {}

  /** Begins a session now; returns its id. @throws `unavailable` */
  async begin(person: Omit<Session, 'signedInAt' | 'lastSeen'>): Promise<{ id: string; session: Session }> {
    const id = newSessionId(this.random);
    const now = this.clock.millis();
    const session = { ...person, signedInAt: now, lastSeen: now };
    await this.ask(() => this.redis.set(keyOf(id), JSON.stringify(session), 'PX', idleEndOf(session) - now, 'NX'));
    return { id, session };
  }

  /** undefined: there is none with this id, or it has ended. @throws `unavailable` */
  async find(id: string): Promise<Session | undefined> {
    const text = await this.ask(() => this.redis.get(keyOf(id)));
    if (text === null) return undefined;
    // One of another version is none.
    const { data: session } = record.safeParse(JSON.parse(text));
    return session === undefined || hasEnded(session, this.clock.millis()) ? undefined : session;
  }

  /** The person has done something. A session that has ended meanwhile stays so. @throws `unavailable` */
  async touch(id: string, session: Session): Promise<Session> {
    const now = this.clock.millis();
    const seen = { ...session, lastSeen: now };
    await this.ask(() => this.redis.set(keyOf(id), JSON.stringify(seen), 'PX', idleEndOf(seen) - now, 'XX'));
    return seen;
  }

  /** @throws `unavailable` */
  async end(id: string): Promise<void> {
    await this.ask(() => this.redis.del(keyOf(id)));
  }

  private async ask<T>(command: () => Promise<T>): Promise<T> {
    try {
      return await command();
    } catch (cause) {
      throw serviceUnavailable('The store of sessions does not answer.', { cause });
    }
  }
}

const keyOf = (id: string): string => PREFIX + hashOf(id);
