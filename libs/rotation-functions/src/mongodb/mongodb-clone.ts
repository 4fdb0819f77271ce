import { invalidRequest, isDomainError } from '@strongroom/errors';
import { brokenSession } from '../shared/connection-errors';
import { MongoDbRefused, type MongoDbSession } from './mongodb-session';
import { MAJORITY } from './mongodb-target';

type Document = Record<string, unknown>;

/** What a user has beside its password, as usersInfo shows it. */
interface UserRights {
  roles: Document[];
  customData: Document;
  /** Where a session may come from and go to. Undefined: this server has no such restrictions. */
  authenticationRestrictions?: Document[];
  /** By which proofs it logs in, such as SCRAM-SHA-256. Undefined: this server does not say. */
  mechanisms?: string[];
}

/** The numbers with which servers say that they do not know a field: unknown to parsers old and new, or not supported. */
const UNKNOWN_FIELD = [9, 40_415, 238, 303];
const USER_EXISTS = 51_003;

export interface CloneOrder {
  /** The database that holds both users. */
  database: string;
  current: string;
  alternate: string;
  /** The alternate's new password. */
  password: string;
}

/**
 * Makes the alternate user equal to the current one, and gives it the password, by one command: it is done whole or not at all.
 * Then asks the server about both again.
 * @param of what messages call the secret of the session's user
 */
export const cloneUser = async (session: MongoDbSession, order: CloneOrder, of: string): Promise<void> => {
  const { database, current, alternate, password } = order;
  const rightsOf = (user: string) => readRights(session, user, { database, of });
  const wanted = await rightsOf(current);
  if (!wanted) throw invalidRequest('The field "username" of AWSCURRENT must name a user of its database in MongoDB.');
  const present = await rightsOf(alternate);
  const run = (command: Document) => session.command({ ...command, writeConcern: MAJORITY }, database);
  const update = (from: UserRights) => run({ updateUser: alternate, pwd: password, ...changes(from, wanted) });
  if (present) await update(present);
  else {
    await run({ createUser: alternate, pwd: password, roles: wanted.roles, ...changes(NOTHING, wanted) }).catch(
      async (error: unknown) => {
        // A worker that died made it meanwhile.
        const made = isRefused(error, USER_EXISTS) && (await rightsOf(alternate));
        if (!made) throw error;
        await update(made);
      },
    );
  }
  const [source, made] = [await rightsOf(current), await rightsOf(alternate)];
  const difference = source && made && fieldsOf(source).find((name) => textOf(source[name]) !== textOf(made[name]));
  if (!source || !made || difference) {
    throw invalidRequest(`MongoDB did not clone the user whole: the two users differ in ${difference ?? 'everything'}.`);
  }
};

const NOTHING: UserRights = { roles: [], customData: {} };

const fieldsOf = (rights: UserRights) => Object.keys(rights) as (keyof UserRights)[];

/** What an update, or a new user, must say. A field that does not change is left out: not every server takes every field. */
const changes = (present: UserRights, { mechanisms, ...wanted }: UserRights): Document => {
  const changed = (Object.keys(wanted) as (keyof typeof wanted)[]).filter((name) => {
    const isNothing = present[name] === undefined && textOf(wanted[name]) === '[]';
    return !isNothing && textOf(wanted[name]) !== textOf(present[name]);
  });
  return {
    ...Object.fromEntries(changed.map((name) => [name, wanted[name]])),
    // See mechanismsOf.
    ...(mechanisms && { mechanisms }),
  };
};

/**
 * By which proofs a user logs in; undefined where the server does not say, or not to the session's user. A new password is for
 * all mechanisms of the server unless the command names some.
 */
export const mechanismsOf = async (
  session: MongoDbSession,
  user: string,
  at: { database: string; of: string },
): Promise<string[] | undefined> => {
  const rights = await readRights(session, user, at).catch((error: unknown) => {
    if (isDomainError(error) && ['permission-denied', 'failed-precondition'].includes(error.kind)) return undefined;
    throw error;
  });
  return rights?.mechanisms;
};

/** Undefined if there is no such user. */
const readRights = async (
  session: MongoDbSession,
  user: string,
  { database, of }: { database: string; of: string },
): Promise<UserRights | undefined> => {
  let hasRestrictions = true;
  const answer = await session
    .command({ usersInfo: user, showAuthenticationRestrictions: true }, database)
    .catch((error: unknown) => {
      if (!isRefused(error, ...UNKNOWN_FIELD)) throw error;
      hasRestrictions = false;
      return session.command({ usersInfo: user }, database);
    });
  const users = answer.users;
  if (!Array.isArray(users) || users.length > 1) throw notMongoDb(of);
  if (users.length === 0) return undefined;
  const [found] = users as unknown[];
  if (!isDocument(found) || found.user !== user) throw notMongoDb(of);
  const { roles, customData = {}, authenticationRestrictions, mechanisms } = found;
  if (!areDocuments(roles) || !roles.every(isRole) || !isDocument(customData)) throw notMongoDb(of);
  const rights: UserRights = { roles: sorted(roles.map(({ role, db }) => ({ role, db }))), customData };
  if (hasRestrictions && authenticationRestrictions !== undefined) {
    // In some versions a list of lists.
    const restrictions = Array.isArray(authenticationRestrictions) ? authenticationRestrictions.flat() : undefined;
    if (!areDocuments(restrictions)) throw notMongoDb(of);
    rights.authenticationRestrictions = sorted(restrictions);
  }
  if (mechanisms !== undefined) {
    if (!Array.isArray(mechanisms) || !mechanisms.every((one) => typeof one === 'string')) throw notMongoDb(of);
    rights.mechanisms = mechanisms.toSorted();
  }
  return rights;
};

const isRefused = (error: unknown, ...codes: number[]): boolean => error instanceof MongoDbRefused && codes.includes(error.code);

const notMongoDb = (of: string) => brokenSession(of, 'an answer that MongoDB does not give');

const isDocument = (value: unknown): value is Document => typeof value === 'object' && value !== null && !Array.isArray(value);
const isRole = ({ role, db }: Document) => typeof role === 'string' && typeof db === 'string';
const areDocuments = (value: unknown): value is Document[] => Array.isArray(value) && value.every(isDocument);

/** The same text for the same value, and another one for a number of another type. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, function (this: Document, name: string, one: unknown) {
    const { _bsontype: type } = (this[name] ?? {}) as { _bsontype?: unknown };
    if (typeof type !== 'string') return one;
    const { _bsontype: _, ...parts } = Object(one) as Document;
    return typeof one === 'object' ? [type, parts] : [type, one];
  }) ?? '';

const sorted = (documents: Document[]): Document[] =>
  documents.toSorted((a, b) => (textOf(a) < textOf(b) ? -1 : textOf(a) > textOf(b) ? 1 : 0));
