import { accessDenied, DomainError, invalidRequest, serviceUnavailable } from '@strongroom/errors';
import type { MongoClientOptions } from 'mongodb';
import { bounded, CONNECT_TIMEOUT, STATEMENT_TIMEOUT } from '@strongroom/egress';
import type { TargetNetwork } from '@strongroom/egress';
import { loginFailure, namedBy } from '../shared/connection-errors';
import type { TargetTls } from '@strongroom/egress';
import { type MongoDbHost, type MongoDbHosts, resolveService, type ResolveService, serversOf } from './mongodb-hosts';
import { withRelay } from './mongodb-relay';

export interface MongoDbLogin {
  /** Several: the members of a replica set. The session is with its primary. */
  hosts: MongoDbHosts;
  username: string;
  password: string;
  /** The database that holds the user. */
  authSource: string;
  /** Undefined: no TLS with this host. */
  tlsOf: (host: string) => TargetTls | undefined;
  /** The name of the secret in messages, such as `AWSPENDING`. */
  of: string;
}

export interface MongoDbSession {
  /**
   * Resolves with the answer, whose numbers keep their types.
   * @throws MongoDbRefused for an error of the server; another DomainError if it gives no answer or denies a right
   */
  command(command: Record<string, unknown>, database: string): Promise<Record<string, unknown>>;
}

/** The server answered, and refused user and password. */
export class MongoDbLoginRefused extends Error {}

/** The server answered a command with an error. */
export class MongoDbRefused extends DomainError {
  constructor(
    name: string,
    /** The server's own number. */
    readonly code: number,
  ) {
    super({
      kind: 'failed-precondition',
      reason: 'InvalidRequestException',
      message: `MongoDB refused ${name} (code ${code}).`,
      metadata: { code: `${code}` },
    });
  }
}

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
const WRITE_CONCERN_FAILED = 64;

const clientOptions: MongoClientOptions = {
  // Only this server, and no other that it may name: a password goes only where its secret says.
  directConnection: true,
  maxPoolSize: 1,
  connectTimeoutMS: CONNECT_TIMEOUT,
  serverSelectionTimeoutMS: CONNECT_TIMEOUT,
  socketTimeoutMS: STATEMENT_TIMEOUT,
  // The step is repeated, not the driver's call. DocumentDB knows no writes that could be repeated.
  retryReads: false,
  retryWrites: false,
};

export const mongoDbConnector =
  (network: TargetNetwork, resolve: ResolveService = resolveService): MongoDbConnector =>
  async (login, signal, work) => {
    const named = namedBy(login.of);
    const openAt =
      ({ host, port }: MongoDbHost, until = signal) =>
      () => {
        const tls = login.tlsOf(host);
        const target = { host, port, named };
        return tls ? network.openTls(target, tls, until) : network.open(target, until);
      };
    const isPrimary = (server: MongoDbHost, until: AbortSignal) =>
      withRelay(openAt(server, until), (port) => asksForPrimary(login.of, port, until));
    const servers = await serversOf(login.hosts, resolve, { named, signal });
    const primary = servers.length === 1 ? servers[0]! : await primaryAmong(servers, isPrimary, signal);
    return withRelay(openAt(primary), (port) => inSession(login, port, signal, work));
  };

/**
 * The server that takes writes. All are asked at the same time, since one of them may be away, and none learns a password.
 * @throws TargetUnreachable if none answers, ServiceUnavailableException if none is the primary now
 */
const primaryAmong = async (
  servers: readonly MongoDbHost[],
  isPrimary: (server: MongoDbHost, signal: AbortSignal) => Promise<boolean>,
  signal: AbortSignal,
): Promise<MongoDbHost> => {
  const found = new AbortController();
  const noPrimary = serviceUnavailable('None of the hosts in the field "host" is the primary of its replica set now.');
  const asked = servers.map(async (server) => {
    if (!(await isPrimary(server, AbortSignal.any([signal, found.signal])))) throw noPrimary;
    return server;
  });
  try {
    return await Promise.any(asked);
  } catch (error) {
    const errors = (error as AggregateError).errors as unknown[];
    throw errors.find((one) => one === noPrimary) ?? errors[0];
  } finally {
    found.abort();
    await Promise.allSettled(asked);
  }
};

const asksForPrimary = (of: string, port: number, signal: AbortSignal): Promise<boolean> =>
  withClient({ of, port, signal }, {}, async (run) => (await run({ hello: 1 }, 'admin')).isWritablePrimary === true);

const inSession = <T>(
  { of, username, password, authSource }: MongoDbLogin,
  port: number,
  signal: AbortSignal,
  work: (session: MongoDbSession) => Promise<T>,
): Promise<T> => withClient({ of, port, signal }, { auth: { username, password }, authSource }, (command) => work({ command }));

/** Works with a client of the driver. */
const withClient = async <T>(
  { of, port, signal }: { of: string; port: number; signal: AbortSignal },
  options: MongoClientOptions,
  work: (run: MongoDbSession['command']) => Promise<T>,
): Promise<T> => {
  // Loaded on first use: the driver is large, and few need it.
  const { MongoClient, MongoServerError } = await import('mongodb');
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/`, { ...clientOptions, ...options });
  const giveUp = () => void client.close(true).catch(() => {});
  /** The number in the server's answer, if there is one, even beneath the driver's own error. */
  const codeIn = (error: unknown): number | undefined => {
    if (error instanceof MongoServerError) return Number(error.code);
    const cause = (error as { cause?: unknown } | undefined)?.cause;
    return cause === undefined ? undefined : codeIn(cause);
  };
  try {
    const connecting = client.connect().catch((error: unknown) => {
      if (codeIn(error) === AUTHENTICATION_FAILED) throw new MongoDbLoginRefused();
      throw loginFailure(error, of);
    });
    await bounded(connecting, { signal, milliseconds: 2 * CONNECT_TIMEOUT, what: 'Logging in to MongoDB', giveUp }).catch(
      (error: unknown) => {
        throw error instanceof MongoDbLoginRefused ? error : loginFailure(error, of);
      },
    );
    return await work(async (command, database) => {
      const name = Object.keys(command)[0]!;
      // Numbers keep their types, since what is read is written again. The driver's messages may quote the command with a
      // password in it.
      const running = client
        .db(database)
        .command(command, { promoteValues: false, bsonRegExp: true })
        .catch((error: unknown) => {
          throw refusal(codeIn(error), name, of) ?? loginFailure(error, of);
        });
      const answer = await bounded(running, { signal, milliseconds: STATEMENT_TIMEOUT, what: "MongoDB's answer", giveUp });
      if (answer.writeConcernError !== undefined) throw notStored();
      return answer;
    });
  } finally {
    await client.close(true).catch(() => {});
  }
};

const notStored = () => serviceUnavailable('MongoDB did not store the change on a majority of its members in time.');

const refusal = (code: number | undefined, name: string, of: string): Error | undefined => {
  if (code === undefined) return undefined;
  if (code === UNAUTHORIZED) {
    return accessDenied(
      `The user of ${of} may not run ${name}: it needs that right, or the secret a superuser's secret in the field "masterarn".`,
    );
  }
  if (code === NOT_PRIMARY) {
    return invalidRequest(
      `The fields "host" and "port" of ${of} must be those of the replica set's primary, or "host" must list its members.`,
    );
  }
  return code === WRITE_CONCERN_FAILED ? notStored() : new MongoDbRefused(name, code);
};
