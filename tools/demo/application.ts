import { StrongroomClient } from '@strongroom/client';
import { createConnection, type RowDataPacket } from 'mysql2/promise';
import type { DatabaseCredential } from './shop-database';

/** What the application prints. */
export type ApplicationReport =
  | { outcome: 'served'; databaseUser: string; versionId: string; orders: number; total: string }
  | { outcome: 'refused'; reason: string; message: string };

/** The variable that holds the name of its secret. */
export const DATABASE_SECRET = 'DATABASE_SECRET';

/**
 * The application of the walkthrough: a program of its own that knows the name of a secret and holds a client certificate, and
 * nothing else. It fetches its database credential and sums up the orders.
 */
const run = async (): Promise<ApplicationReport> => {
  const strongroom = StrongroomClient.fromEnvironment({ name: 'orders' });
  try {
    const { secretString, versionId } = await strongroom.secrets.getSecretValue({ secretId: process.env[DATABASE_SECRET]! });
    const credential = JSON.parse(secretString!) as DatabaseCredential;
    const { host, port, username: user, password, dbname: database } = credential;
    const connection = await createConnection({ host, port, user, password, database });
    const [rows] = await connection.query<RowDataPacket[]>(
      'SELECT COUNT(*) AS orders, SUM(price) AS total, CURRENT_USER() AS user FROM orders',
    );
    await connection.end();
    const { orders, total, user: databaseUser } = rows[0]! as { orders: number; total: string; user: string };
    return { outcome: 'served', databaseUser, versionId, orders, total };
  } catch (error) {
    const { name, message } = error as Error;
    return { outcome: 'refused', reason: name, message };
  } finally {
    strongroom.close();
  }
};

if (require.main === module) void run().then((report) => console.log(JSON.stringify(report)));
