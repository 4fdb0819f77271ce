import type { KillPoint } from '../shared/kill-points.testing';
import { MongoDbLoginRefused, MongoDbRefused, type MongoDbConnector } from './mongodb-session';

export type Document = Record<string, unknown>;

export interface FakeUser {
  pwd: string;
  roles: Document[];
  customData?: Document;
  authenticationRestrictions?: Document[];
  mechanisms: string[];
}

const FIELDS = ['pwd', 'roles', 'customData', 'authenticationRestrictions', 'mechanisms'];
const ALL_MECHANISMS = ['SCRAM-SHA-1', 'SCRAM-SHA-256'];
const CHANGES = ['createUser', 'updateUser'];
/** Fields that commands of any kind may have. */
const COMMON = ['writeConcern', 'lsid', '$db', '$clusterTime', '$readPreference'];

const failure = (code: number): Document => ({ ok: 0, code, codeName: 'Fake', errmsg: 'quotes the command' });

/** The users of a server and what it does with them, according to MongoDB's manual and DocumentDB's. */
export class FakeMongoDb {
  /** By database and name. */
  readonly users = new Map<string, FakeUser>();
  readonly commands: [database: string, command: Document][] = [];
  isPrimary = true;
  /** Changes an answer before it is sent. */
  lie: (command: Document, answer: Document) => Document = (_, answer) => answer;

  constructor(private readonly kind: 'MongoDB' | 'DocumentDB' = 'MongoDB') {}

  addUser(id: string, pwd: string, rights: Partial<FakeUser> = {}): this {
    this.users.set(id, { pwd, roles: [], mechanisms: ALL_MECHANISMS, ...rights });
    return this;
  }

  /** @param as the user of the session, by database and name */
  answer(as: string, database: string, command: Document): Document {
    this.commands.push([database, command]);
    return this.lie(command, this.truth(as, database, command));
  }

  private truth(as: string, database: string, command: Document): Document {
    const [name, ...fields] = Object.keys(command).filter((one) => !COMMON.includes(one));
    if (name === 'ping') return { ok: 1 };
    const user = String(command[name!]);
    const id = `${database}.${user}`;
    const isOwnPassword = name === 'updateUser' && id === as && fields.every((one) => ['pwd', 'mechanisms'].includes(one));
    const isAdministrator = this.users.get(as)?.roles.some(({ role }) => role === 'root') ?? false;
    const isOwnInfo = name === 'usersInfo' && id === as;
    if (!isOwnPassword && !isOwnInfo && !isAdministrator) return failure(13);
    if (name === 'usersInfo') return this.usersInfo(database, user, fields);
    if (!CHANGES.includes(name!)) return failure(59);
    if (!this.isPrimary) return failure(10_107);
    if (fields.some((one) => !FIELDS.includes(one))) return failure(40_415);
    if (this.kind === 'DocumentDB' && fields.some((one) => ['authenticationRestrictions', 'mechanisms'].includes(one))) {
      return failure(303);
    }
    const found = this.users.get(id);
    if (name === 'createUser' && found) return failure(51_003);
    if (name === 'updateUser' && !found) return failure(11);
    if (name === 'createUser' && !Array.isArray(command.roles)) return failure(40_414);
    const given = Object.fromEntries(fields.map((one) => [one, command[one]])) as Partial<FakeUser>;
    const mechanisms = given.mechanisms ?? (given.pwd === undefined ? found!.mechanisms : ALL_MECHANISMS);
    this.users.set(id, { pwd: '', roles: [], ...found, ...given, mechanisms });
    return { ok: 1 };
  }

  private usersInfo(database: string, user: string, fields: readonly string[]): Document {
    const found = this.users.get(`${database}.${user}`);
    if (this.kind === 'DocumentDB' && fields.includes('showAuthenticationRestrictions')) return failure(303);
    if (!found) return { users: [], ok: 1 };
    const { pwd: _, authenticationRestrictions = [], mechanisms, customData, ...rest } = found;
    const shown = {
      _id: `${database}.${user}`,
      user,
      db: database,
      ...rest,
      ...(customData && { customData }),
      ...(this.kind === 'MongoDB' && { mechanisms }),
      ...(fields.includes('showAuthenticationRestrictions') && {
        authenticationRestrictions,
        inheritedRoles: [],
        inheritedAuthenticationRestrictions: [],
      }),
    };
    return { users: [shown], ok: 1 };
  }

  logsIn({ authSource = 'admin', username, password }: Document): boolean {
    return this.users.get(`${String(authSource)}.${String(username)}`)?.pwd === password;
  }

  /** Everything of a user but its password. */
  rightsOf(id: string): Omit<FakeUser, 'pwd'> {
    const { pwd: _, roles, customData = {}, authenticationRestrictions = [], mechanisms } = this.users.get(id)!;
    const inOrder = roles.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    return { roles: inOrder, customData, authenticationRestrictions, mechanisms };
  }

  /** The driver's behaviour on this server. */
  readonly connect: MongoDbConnector = async ({ username, password, authSource }, _signal, work) => {
    if (!this.logsIn({ username, password, authSource })) throw new MongoDbLoginRefused();
    return work({
      command: (command, database) => {
        const answer = this.answer(`${authSource}.${username}`, database, command);
        if (answer.ok !== 1) return Promise.reject(new MongoDbRefused(Object.keys(command)[0]!, Number(answer.code)));
        return Promise.resolve(answer);
      },
    });
  };
}

/** A connection over which changes of users are side effects at which a worker can die. */
export const mortalMongoDb =
  (connect: MongoDbConnector, killPoint: KillPoint): MongoDbConnector =>
  (login, signal, work) =>
    connect(login, signal, (session) =>
      work({
        command: (command, database) => {
          const run = () => session.command(command, database);
          const name = Object.keys(command)[0]!;
          return CHANGES.includes(name) ? killPoint.around(run, name) : killPoint.look(run);
        },
      }),
    );
