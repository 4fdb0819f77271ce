import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import { deadlineExceeded, isDomainError, serviceUnavailable } from '@strongroom/errors';
import { DEFAULT_TIMEOUT_MS, withDeadline } from './deadline';
import { isCollision, isConnectionLost } from './driver-errors';
import { backoff, sleep } from './sleep';

export interface TransactionOptions {
  /** Epoch milliseconds; default: 5 s from now. */
  deadline?: number;
  /** Default READ COMMITTED: what must not change is locked by name (FOR UPDATE) or guarded by a key. */
  isolation?: 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';
}

interface Attempt {
  runner: QueryRunner;
  /** COMMIT has been sent: from here on a lost connection leaves the outcome unknown. */
  committing: boolean;
}

/**
 * Runs `work` in one transaction and commits it.
 *
 * A deadlock, a lock timeout, or a connection lost before COMMIT was sent is repeated within the deadline, so `work` may
 * run more than once and must have no effect but on the database. When COMMIT was sent and no answer came, nobody can
 * know: that is ServiceUnavailableException, and the caller's own idempotency decides what a repeat does.
 */
export const inTransaction = async <T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> => {
  const deadline = options.deadline ?? Date.now() + DEFAULT_TIMEOUT_MS;
  for (let tries = 0; ; tries++) {
    const attempt: Attempt = { runner: dataSource.createQueryRunner(), committing: false };
    try {
      return await once(attempt, work, options.isolation ?? 'READ COMMITTED', deadline);
    } catch (error) {
      if (isDomainError(error)) throw error;
      const lost = isConnectionLost(error);
      if (!lost && !isCollision(error)) throw error;
      if (lost && attempt.committing) {
        throw serviceUnavailable('the database went away during the commit; whether it was carried out is not known', {
          cause: error,
        });
      }
      const delay = backoff(tries);
      if (Date.now() + delay >= deadline) {
        throw lost
          ? serviceUnavailable('the database is away', { cause: error })
          : deadlineExceeded('the database is busy with the same rows', { cause: error });
      }
      await sleep(delay);
    }
  }
};

const once = async <T>(
  attempt: Attempt,
  work: (manager: EntityManager) => Promise<T>,
  isolation: NonNullable<TransactionOptions['isolation']>,
  deadline: number,
): Promise<T> => {
  const { runner } = attempt;
  let connection: { destroy(): void } | undefined;
  let abandoned = false;
  const running = (async () => {
    try {
      connection = (await runner.connect()) as { destroy(): void };
      await runner.startTransaction(isolation);
      const result = await work(runner.manager);
      // Past the deadline the caller has been told that it failed.
      if (abandoned) throw deadlineExceeded('the deadline passed before the commit');
      attempt.committing = true;
      await runner.commitTransaction();
      return result;
    } catch (error) {
      if (runner.isTransactionActive && !isConnectionLost(error))
        await runner.rollbackTransaction().catch(() => connection?.destroy());
      else if (isConnectionLost(error)) connection?.destroy();
      throw error;
    } finally {
      await runner.release().catch(() => undefined);
    }
  })();
  return withDeadline(running, deadline, () => {
    abandoned = true;
    // Ends the session, so that the server rolls back and lets go of the locks.
    connection?.destroy();
    running.catch(() => undefined);
  });
};
