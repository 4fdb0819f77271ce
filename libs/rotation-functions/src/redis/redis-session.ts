import { DomainError, invalidRequest, serviceUnavailable } from '@strongroom/errors';
import { AbstractConnector, Redis } from 'ioredis';
import type { TargetNetwork } from '@strongroom/egress';
import { bounded, CONNECT_TIMEOUT, STATEMENT_TIMEOUT } from '@strongroom/egress';
import { brokenSession, connectionError, namedBy } from '../shared/connection-errors';
import type { TargetTls } from '@strongroom/egress';

export interface RedisTarget {
  host: string;
  port: number;
  tls?: TargetTls;
  /** The name of the secret's version in messages, such as `AWSCURRENT`. */
  of: string;
}

/** An error reply. Redis' own texts quote arguments of the command, passwords among them, so they are never passed on. */
export class RedisReplyError extends Error {
  constructor(
    /** Such as NOPERM or WRONGPASS. */
    readonly code: string,
    /** Whether it says that the server has no ACL file. */
    readonly lacksAclFile: boolean,
  ) {
    super(`Redis answered with the error ${code}`);
  }

  static of(text: string): RedisReplyError {
    return new RedisReplyError(/^[A-Z]{2,30}\b/.exec(text)?.[0] ?? 'ERR', /not configured to use an ACL file/i.test(text));
  }
}

export interface RedisSession {
  /** False if the server refuses the password. */
  login(username: string, password: string): Promise<boolean>;
  /** @throws RedisReplyError for an error reply; DomainError if the server does not answer */
  send(...command: string[]): Promise<unknown>;
  /** Sends a command that has one good answer, OK. @throws as `send` does, and TargetUnreachable for any other answer */
  run(...command: string[]): Promise<void>;
}

/** Opens a connection as long as `work` takes. */
export type RedisConnector = <T>(
  target: RedisTarget,
  signal: AbortSignal,
  work: (session: RedisSession) => Promise<T>,
) => Promise<T>;

export const redisConnector =
  (network: TargetNetwork): RedisConnector =>
  async ({ host, port, tls, of }, signal, work) => {
    const target = { host, port, named: namedBy(of) };
    const socket = tls ? await network.openTls(target, tls, signal) : await network.open(target, signal);
    const client = new Redis({
      Connector: class extends AbstractConnector {
        constructor() {
          super(0);
        }
        override connect() {
          this.stream = socket;
          return Promise.resolve(socket);
        }
      },
      lazyConnect: true,
      // It neither sends commands by itself nor retries: the step is repeated.
      enableReadyCheck: false,
      disableClientInfo: true,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    });
    let lost: unknown;
    client.on('error', (error) => (lost = error));
    const giveUp = () => {
      client.disconnect();
      socket.destroy();
    };
    const where = `Redis at ${host}:${port}`;
    const unreachable = (error: unknown) => connectionError(lost ?? error, of);

    const session: RedisSession = {
      async send(name, ...args) {
        try {
          return await bounded(client.call(name, ...args), {
            signal,
            milliseconds: STATEMENT_TIMEOUT,
            what: `The answer of ${where}`,
            giveUp,
          });
        } catch (error) {
          if (error instanceof DomainError) throw error;
          // ioredis puts the command and its arguments on the error: it must not travel on.
          if ((error as Error).name === 'ReplyError') throw RedisReplyError.of((error as Error).message);
          throw unreachable(undefined);
        }
      },
      async run(...command) {
        // A server of another kind may send what reads as an answer of Redis.
        if ((await session.send(...command)) !== 'OK') throw brokenSession(of, 'an answer that Redis does not give');
      },
      async login(username, password) {
        try {
          await session.run('AUTH', username, password);
          return true;
        } catch (error) {
          if (!(error instanceof RedisReplyError)) throw error;
          if (error.code === 'WRONGPASS') return false;
          // Redis before 6 takes no user name.
          if (error.code === 'ERR') throw invalidRequest(`${where} does not support ACL users: Redis 6 or later is needed.`);
          throw serviceUnavailable(`${where} accepts no login now (${error.code}).`);
        }
      },
    };

    try {
      try {
        await bounded(client.connect(), { signal, milliseconds: CONNECT_TIMEOUT, what: `Connecting to ${where}`, giveUp });
      } catch (error) {
        throw unreachable(error);
      }
      return await work(session);
    } finally {
      giveUp();
    }
  };
