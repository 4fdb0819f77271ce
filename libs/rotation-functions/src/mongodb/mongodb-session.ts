import { accessDenied, invalidRequest } from '@strongroom/errors';
import type { MongoClientOptions } from 'mongodb';
import { bounded, CONNECT_TIMEOUT, STATEMENT_TIMEOUT } from '@strongroom/egress';
import type { TargetNetwork } from '@strongroom/egress';
import { loginFailure, namedBy } from '../shared/connection-errors';
import type { TargetTls } from '@strongroom/egress';
import { withRelay } from './mongodb-relay';

export interface MongoDbLogin {
  host: string;
  port: number;
  username: string;
  password: string;
  /** The database that holds the user. */
  authSource: string;
  tls?: TargetTls;
  /** The name of the secret in messages, such as `AWSPENDING`. */
  of: string;
}

export interface MongoDbSession {
  command(command: Record<string, unknown>, database: string): Promise<void>;
}

/** The server answered, and refused user and password. */
export class MongoDbLoginRefused extends Error {}

/**
 * Opens a connection as long as `work` takes.
 * @throws MongoDbLoginRefused if the server refuses the password
 */
export type MongoDbConnector = <T>(
  login: MongoDbLogin,
  signal: AbortSignal,
  work: (session: MongoDbSession) => Promise<T>,
) => Promise<T>;

const AUTHENTICATION_FAILED = 18;
const UNAUTHORIZED = 13;
const NOT_PRIMARY = 10107;

const optionsOf = ({ username, password, authSource }: MongoDbLogin): MongoClientOptions => ({
  auth: { username, password },
  authSource,
  // Only this server, and no other that it may name: a password goes only where its secret says.
  directConnection: true,
  maxPoolSize: 1,
  connectTimeoutMS: CONNECT_TIMEOUT,
  serverSelectionTimeoutMS: CONNECT_TIMEOUT,
  socketTimeoutMS: STATEMENT_TIMEOUT,
  // The step is repeated, not the driver's call.
  retryReads: false,
  retryWrites: false,
});

export const mongoDbConnector =
  (network: TargetNetwork): MongoDbConnector =>
  (login, signal, work) => {
    const { host, port, tls, of } = login;
    const target = { host, port, named: namedBy(of) };
    const open = () => (tls ? network.openTls(target, tls, signal) : network.open(target, signal));
    return withRelay(open, (relayPort) => inSession(login, relayPort, signal, work));
  };

const inSession = async <T>(
  login: MongoDbLogin,
  port: number,
  signal: AbortSignal,
  work: (session: MongoDbSession) => Promise<T>,
): Promise<T> => {
  const { of } = login;
  // Loaded on first use: the driver is large, and few need it.
  const { MongoClient, MongoServerError } = await import('mongodb');
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/`, optionsOf(login));
  const giveUp = () => void client.close(true).catch(() => {});
  /** The server's answer, if there is one, even beneath the driver's own error. */
  const answerIn = (error: unknown): InstanceType<typeof MongoServerError> | undefined => {
    if (error instanceof MongoServerError) return error;
    const cause = (error as { cause?: unknown } | undefined)?.cause;
    return cause === undefined ? undefined : answerIn(cause);
  };
  try {
    const connecting = client.connect().catch((error: unknown) => {
      if (answerIn(error)?.code === AUTHENTICATION_FAILED) throw new MongoDbLoginRefused();
      throw loginFailure(error, of);
    });
    await bounded(connecting, { signal, milliseconds: 2 * CONNECT_TIMEOUT, what: 'Logging in to MongoDB', giveUp }).catch(
      (error: unknown) => {
        throw error instanceof MongoDbLoginRefused ? error : loginFailure(error, of);
      },
    );
    return await work({
      async command(command, database) {
        const name = Object.keys(command)[0]!;
        // The driver's messages may quote the command with a password in it.
        const running = client
          .db(database)
          .command(command)
          .catch((error: unknown) => {
            const code = answerIn(error)?.code;
            if (code === UNAUTHORIZED) {
              throw accessDenied(
                `The user of ${login.of} may not run ${name}: it needs that right, or the secret a superuser's secret in the field "masterarn".`,
              );
            }
            if (code === NOT_PRIMARY) {
              throw invalidRequest(`The fields "host" and "port" of ${login.of} must be those of the replica set's primary.`);
            }
            throw code === undefined
              ? loginFailure(error, login.of)
              : invalidRequest(`MongoDB refused ${name} (code ${Number(code)}).`);
          });
        await bounded(running, { signal, milliseconds: STATEMENT_TIMEOUT, what: "MongoDB's answer", giveUp });
      },
    });
  } finally {
    await client.close(true).catch(() => {});
  }
};
