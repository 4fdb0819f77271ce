import type { DataSource, EntityManager } from 'typeorm';
import { deadlineExceeded, isDomainError, serviceUnavailable } from '@strongroom/errors';
import { inSpan } from '@strongroom/tracing';
import { DEFAULT_TIMEOUT_MS, withDeadline } from './deadline';
import { connectionLost, isCollision, isConnectionLost, isNodeBehind, isStatementTimeout } from './driver-errors';
import { repeat } from './repeat';

export interface TransactionOptions {
  /** Epoch milliseconds; default: 5 s from now. */
  deadline?: number;
  /** Default READ COMMITTED: rows that must not change are locked explicitly (FOR UPDATE) or guarded by a key. */
  isolation?: 'READ COMMITTED' | 'REPEATABLE READ' | 'SERIALIZABLE';
}

/** A connection with an open transaction; the work runs its statements through `statements`. */
export interface Session<Statements> {
  statements: Statements;
  commit(): Promise<void>;
  rollback(): Promise<void>;
  /** Returns the connection to the pool. */
  release(): Promise<void> | void;
  /** Closes the connection, so that the server rolls back and releases the locks. */
  destroy(): void;
}

interface Attempt {
  /** COMMIT has been sent: from now on a lost connection leaves the outcome unknown. */
  committing: boolean;
}

/**
 * Runs `work` in one transaction and commits it.
 * A deadlock, a lock timeout, or a connection lost before COMMIT is retried within the deadline. So `work` may run more than
 * once, and must affect nothing but the database. If COMMIT was sent and no answer came, the outcome is unknown: the error is
 * ServiceUnavailableException, and the caller's own idempotency decides what a retry does.
 */
export async function transact<Statements, T>(
  begin: () => Promise<Session<Statements>>,
  work: (statements: Statements) => Promise<T>,
  deadline = Date.now() + DEFAULT_TIMEOUT_MS,
): Promise<T> {
  const attempt = async (): Promise<T> => {
    const state: Attempt = { committing: false };
    try {
      return await once(state, begin, work, deadline);
    } catch (error) {
      if (!state.committing || !isConnectionLost(error)) throw error;
      throw serviceUnavailable('the connection to the database was lost during the commit; its outcome is unknown', {
        cause: error,
      });
    }
  };
  const attempts = () =>
    repeat(attempt, deadline, (error) => {
      if (isDomainError(error)) return undefined;
      if (isConnectionLost(error)) return databaseAway(error);
      // A statement that changes rows is slow while others hold their locks.
      return isCollision(error) || isStatementTimeout(error) ? busy(error) : undefined;
    });
  return inSpan('transaction', {}, attempts);
}

export function databaseAway(cause: unknown) {
  return serviceUnavailable('the database is unavailable', { cause });
}

export function busy(cause: unknown) {
  return deadlineExceeded('the database is busy with the same rows', { cause });
}

export function tookTooLong(cause: unknown) {
  return deadlineExceeded('the database took too long', { cause });
}

const once = async <Statements, T>(
  attempt: Attempt,
  begin: () => Promise<Session<Statements>>,
  work: (statements: Statements) => Promise<T>,
  deadline: number,
): Promise<T> => {
  let session: Session<Statements> | undefined;
  let abandoned = false;
  const running = (async () => {
    session = await begin();
    // After the deadline the caller has already been told that it failed.
    const requireWanted = (): void => {
      if (abandoned) throw deadlineExceeded('the deadline passed before the commit');
    };
    try {
      requireWanted();
      const result = await work(session.statements);
      requireWanted();
      attempt.committing = true;
      await session.commit();
      await session.release();
      return result;
    } catch (error) {
      await giveUp(session, error);
      throw error;
    }
  })();
  return withDeadline(running, deadline, () => {
    abandoned = true;
    session?.destroy();
    running.catch(() => undefined);
  });
};

/** A connection may be used again only when its transaction has certainly ended. */
const giveUp = async <Statements>(session: Session<Statements>, error: unknown): Promise<void> => {
  if (isConnectionLost(error)) return session.destroy();
  try {
    await session.rollback();
    await session.release();
  } catch {
    session.destroy();
  }
};

/** `transact` with TypeORM's entity manager. */
export function inTransaction<T>(
  dataSource: DataSource,
  work: (manager: EntityManager) => Promise<T>,
  { deadline, isolation = 'READ COMMITTED' }: TransactionOptions = {},
): Promise<T> {
  return transact(() => beginByTypeOrm(dataSource, isolation), work, deadline);
}

const beginByTypeOrm = async (
  dataSource: DataSource,
  isolation: NonNullable<TransactionOptions['isolation']>,
): Promise<Session<EntityManager>> => {
  const runner = dataSource.createQueryRunner();
  const session: Session<EntityManager> = {
    statements: runner.manager,
    commit: () => runner.commitTransaction(),
    rollback: async () => {
      if (runner.isTransactionActive) await runner.rollbackTransaction();
    },
    release: () => runner.release(),
    destroy: () => {
      connection.destroy();
      runner.release().catch(() => undefined);
    },
  };
  const connection = (await runner.connect()) as { destroy(): void };
  try {
    await runner.startTransaction(isolation);
  } catch (error) {
    session.destroy();
    throw isNodeBehind(error) ? connectionLost(error) : error;
  }
  return session;
};
