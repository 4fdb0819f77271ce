import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import {
  connectAsAdministrator,
  type DatabaseAdministrator,
  makePrivateDirectory,
  randomPassword,
  writePrivateFile,
} from '@strongroom/local-cluster';
import type { Connection } from 'mysql2/promise';
import { sharedServers } from './shared-servers';
import { temporaryDirectory } from './temporary-directory';

export interface TestDatabaseUser {
  user: string;
  password: string;
  /** The password as a file of mode 0600, as services are configured with it. */
  passwordFile: string;
}

/** A database for one suite, with a user that can do everything in it and nothing elsewhere. */
export interface TestDatabase extends TestDatabaseUser {
  host: string;
  port: number;
  /** The database's name. */
  name: string;
  /** An administrator's connection with this database as its default. */
  admin: Connection;
  /** Creates another user with just these privileges on the whole database, such as `['SELECT', 'INSERT']`. */
  createUser(privileges: string[]): Promise<TestDatabaseUser>;
  /** Ends the administrator's connection and drops the database and its users; other connections must be closed before. */
  drop(): Promise<void>;
}

/**
 * A fresh, empty database on the test run's MariaDB, or on `server`. `purpose` is a short word for people who look at the server.
 */
export const createTestDatabase = async (purpose: string, server?: DatabaseAdministrator): Promise<TestDatabase> => {
  const database = server ?? sharedServers().database;
  const unique = randomBytes(5).toString('hex');
  const name = `test_${purpose.replace(/\W/g, '_').slice(0, 30)}_${unique}`;
  const secrets = temporaryDirectory('database');
  const users: string[] = [];
  const admin = await connectAsAdministrator(database);
  await admin.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_bin`);
  await admin.query(`USE ${name}`);

  const createUser = async (privileges: string[]): Promise<TestDatabaseUser> => {
    const user = `t_${unique}_${users.length}`;
    const password = randomPassword();
    await admin.query(`CREATE USER ${user}@'%' IDENTIFIED BY '${password}'`);
    users.push(user);
    await admin.query(`GRANT ${privileges.join(', ')} ON \`${name.replaceAll('_', '\\_')}\`.* TO ${user}@'%'`);
    const passwordFile = join(makePrivateDirectory(secrets.path), `${user}.password`);
    writePrivateFile(passwordFile, `${password}\n`);
    return { user, password, passwordFile };
  };

  return {
    host: database.host,
    port: database.port,
    name,
    ...(await createUser(['ALL PRIVILEGES'])),
    admin,
    createUser,
    async drop() {
      await admin.query(`DROP DATABASE IF EXISTS ${name}`);
      for (const user of users) await admin.query(`DROP USER IF EXISTS ${user}@'%'`);
      await admin.end();
      secrets.remove();
    },
  };
};
