import { invalidRequest } from '@strongroom/errors';
import type { BuiltInCall } from '../shared/built-in-function.port';
import { requireEngine } from '../shared/engine';
import { type LoginField, requireSame } from '../shared/same-server';
import type { SecretFields } from '../shared/secret-fields';
import { targetTls } from '../shared/target-tls';
import { MONGODB_ENGINES } from '../required-fields';
import { hostsOf } from './mongodb-hosts';
import { MongoDbLoginRefused, type MongoDbConnector, type MongoDbLogin, type MongoDbSession } from './mongodb-session';

const PORT = 27_017;
/** Users of other systems, such as LDAP and X.509: MongoDB keeps no password of theirs. */
const EXTERNAL = '$external';

/** The database that holds the user. In AWS's secrets, `dbname` names it. */
const authSourceOf = (fields: SecretFields): string => {
  const name = fields.has('authSource') ? 'authSource' : 'dbname';
  const database = fields.optionalText(name) ?? 'admin';
  if (database === EXTERNAL) throw fields.wrong(name, `must not be "${EXTERNAL}", whose users have no password in MongoDB`);
  if (Buffer.byteLength(database) > 63 || /[/\\. "$\0]/.test(database)) {
    throw fields.wrong(
      name,
      'must be the name of a database: at most 63 bytes, and none of the characters / \\ . " $, space and NUL',
    );
  }
  return database;
};

/** @throws InvalidRequestException for a field that is missing or breaks its rule */
export const loginOf = (fields: SecretFields): MongoDbLogin => {
  requireEngine(fields, MONGODB_ENGINES);
  const hosts = hostsOf(fields);
  const tlsOf = (host: string) => targetTls(fields, host);
  // Its fields are checked before anything happens.
  tlsOf('service' in hosts ? hosts.service : hosts[0]!.host);
  return {
    hosts,
    username: fields.text('username'),
    password: fields.text('password'),
    authSource: authSourceOf(fields),
    tlsOf,
    of: fields.of,
  };
};

export const notAccepted = ({ of }: SecretFields) =>
  invalidRequest(`MongoDB does not accept the fields "username" and "password" of ${of}.`);

/** Refuses a version, or a superuser's secret, of another server or user. */
export const requireSameServer = (fields: SecretFields, current: SecretFields, names: readonly LoginField[]): void =>
  requireSame(fields, current, names, PORT);

/** Refuses a version whose user is in another database, and so another user. */
export const requireSameSource = (pending: SecretFields, current: SecretFields): void => {
  if (loginOf(pending).authSource !== loginOf(current).authSource) {
    throw pending.wrong(pending.has('authSource') ? 'authSource' : 'dbname', `must be that of ${current.of}`);
  }
};

/** Such as `mongodb://db.example:27017`. */
export const addressOf = (fields: SecretFields): string => {
  const hosts = hostsOf(fields);
  if ('service' in hosts) return `mongodb+srv://${hosts.service.toLowerCase()}`;
  const named = hosts.map(({ host, port }) => `${host.includes(':') ? `[${host}]` : host.toLowerCase()}:${port}`);
  return `mongodb://${named.join(',')}`;
};

/** The server of a secret, and how its fields log in to it. */
export const mongoDbTarget = (connect: MongoDbConnector) => {
  const logsIn = async ({ signal }: BuiltInCall, fields: SecretFields): Promise<boolean> => {
    try {
      await connect(loginOf(fields), signal, (session) => session.command({ ping: 1 }, 'admin'));
      return true;
    } catch (error) {
      if (error instanceof MongoDbLoginRefused) return false;
      throw error;
    }
  };
  return {
    logsIn,
    test: async (call: BuiltInCall, fields: SecretFields): Promise<void> => {
      if (!(await logsIn(call, fields))) throw notAccepted(fields);
    },
    /** Works in a session of one who may change users. */
    asAdministrator: async <T>(
      { signal }: BuiltInCall,
      administrator: SecretFields,
      work: (session: MongoDbSession) => Promise<T>,
    ): Promise<T> => {
      try {
        return await connect(loginOf(administrator), signal, work);
      } catch (error) {
        throw error instanceof MongoDbLoginRefused ? notAccepted(administrator) : error;
      }
    },
  };
};

/** A majority stores a change, so the next primary knows it, too. `wtimeout` in milliseconds. */
export const MAJORITY = { w: 'majority', wtimeout: 10_000 };
