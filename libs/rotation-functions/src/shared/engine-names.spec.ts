import type { SqlDialect } from './sql-dialect';
import type { SqlLogin, SqlServer } from './sql-server.port';
import { mysqlDialect } from '../mysql/mysql.dialect';
import { postgresDialect } from '../postgres/postgres.dialect';
import { redshiftDialect } from '../redshift/redshift.dialect';
import { AlternatingUsersFunction } from './alternating-users.function';
import { FakeRotatingSecret } from './fake-rotating-secret.testing';
import { callOf } from './kill-points.testing';
import { SingleUserFunction } from './single-user.function';

/** The names that the functions which AWS publishes take for these servers, and what people write instead. */
const engines: [SqlDialect, port: number, string][] = [
  ...['mysql', 'mariadb', 'aurora-mysql', 'aurora', 'MySQL', 'Aurora-MySQL'].map((name): [SqlDialect, number, string] => [
    mysqlDialect,
    3306,
    name,
  ]),
  ...['postgres', 'postgresql', 'aurora-postgresql', 'Aurora-PostgreSQL'].map((name): [SqlDialect, number, string] => [
    postgresDialect,
    5432,
    name,
  ]),
  ...['redshift', 'Redshift'].map((name): [SqlDialect, number, string] => [redshiftDialect, 5439, name]),
];

const functions = [
  (dialect: SqlDialect, server: SqlServer) => new SingleUserFunction('strongroom-test', dialect, server),
  (dialect: SqlDialect, server: SqlServer) => new AlternatingUsersFunction('strongroom-test', dialect, server),
];

const secretOf = (engine: string) =>
  new FakeRotatingSecret().set('AWSCURRENT', {
    engine,
    host: 'db.example',
    username: 'app',
    password: 'first',
    masterarn: 'boss',
  });

function recordingServer() {
  const logins: SqlLogin[] = [];
  const server: SqlServer = {
    connect: (login) => {
      logins.push(login);
      return Promise.resolve({ query: () => Promise.resolve([]), close: () => Promise.resolve() });
    },
  };
  return { logins, server };
}

it.each(engines)('$0.title at port $1: the engine may be called $2', async (dialect, port, engine) => {
  for (const functionOf of functions) {
    const { logins, server } = recordingServer();
    const secret = secretOf(engine);
    await functionOf(dialect, server).testCurrent(callOf(secret));
    expect(logins).toEqual([expect.objectContaining({ host: 'db.example', port, user: 'app' })]);
    await functionOf(dialect, server).createSecret(callOf(secret));
    expect(secret.fields('AWSPENDING')).toMatchObject({ engine });
  }
});

it.each([
  [mysqlDialect, 'postgres', '"mysql" or "mariadb" or "aurora-mysql" or "aurora"'],
  [mysqlDialect, 'aurora-postgresql', '"mysql" or "mariadb" or "aurora-mysql" or "aurora"'],
  [postgresDialect, 'aurora-mysql', '"postgres" or "postgresql" or "aurora-postgresql"'],
  [redshiftDialect, 'postgres', '"redshift"'],
  [postgresDialect, 'redshift', '"postgres" or "postgresql" or "aurora-postgresql"'],
  [postgresDialect, 'oracle', '"postgres" or "postgresql" or "aurora-postgresql"'],
])('$0.title: the engine may not be called $1', async (dialect, engine, names) => {
  for (const functionOf of functions) {
    const { logins, server } = recordingServer();
    const rotation = functionOf(dialect, server);
    const message = `The field "engine" of AWSCURRENT must be ${names}.`;
    await expect(rotation.testCurrent(callOf(secretOf(engine)))).rejects.toThrow(message);
    await expect(rotation.createSecret(callOf(secretOf(engine)))).rejects.toThrow(message);
    expect(logins).toEqual([]);
  }
});
