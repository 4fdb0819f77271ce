import { setTimeout as sleep } from 'node:timers/promises';
import { StrongroomClient } from '@strongroom/client';
import { type Connection, createConnection, type RowDataPacket } from 'mysql2/promise';
import { DATABASE_SECRET } from './application';
import type { DatabaseCredential } from './shop-database';

/** What the busy application has lived through, printed when it is told to stop. */
export interface BusyReport {
  /** On the connection that was opened in the beginning and is held open. */
  queries: number;
  /** Fresh logins, each with the secret as it was at that moment, and a query. */
  logins: number;
  /** Database users of those logins, in the order in which they appeared. */
  users: string[];
  /** What failed; a message each. */
  failures: string[];
}

const QUERY_INTERVAL_MS = 20;
const LOGIN_INTERVAL_MS = 150;

/**
 * An application that never rests: one connection that stays open and is queried all the time, and another login every moment, as
 * a pool of connections makes them. It knows nothing of rotations.
 */
class BusyApplication {
  private readonly strongroom = StrongroomClient.fromEnvironment({ name: 'busy-orders' });
  private readonly report: BusyReport = { queries: 0, logins: 0, users: [], failures: [] };
  private stopping = false;

  stop(): void {
    this.stopping = true;
  }

  async run(): Promise<BusyReport> {
    const held = await this.connect();
    console.log('busy');
    await Promise.all([
      this.repeat(QUERY_INTERVAL_MS, async () => {
        await held.query('SELECT COUNT(*) FROM orders');
        this.report.queries++;
      }),
      this.repeat(LOGIN_INTERVAL_MS, () => this.login()),
    ]);
    await held.end();
    this.strongroom.close();
    return this.report;
  }

  private async repeat(intervalMs: number, work: () => Promise<void>): Promise<void> {
    for (; !this.stopping; await sleep(intervalMs)) {
      await work().catch((error: Error) => this.report.failures.push(error.message));
    }
  }

  private async login(): Promise<void> {
    const connection = await this.connect();
    try {
      const [[row]] = await connection.query<RowDataPacket[]>('SELECT CURRENT_USER() AS user FROM orders LIMIT 1');
      const { user } = row as { user: string };
      this.report.logins++;
      if (!this.report.users.includes(user)) this.report.users.push(user);
    } finally {
      connection.destroy();
    }
  }

  private async connect(): Promise<Connection> {
    const { secretString } = await this.strongroom.secrets.getSecretValue({ secretId: process.env[DATABASE_SECRET]! });
    const { host, port, username: user, password, dbname: database } = JSON.parse(secretString!) as DatabaseCredential;
    return createConnection({ host, port, user, password, database });
  }
}

if (require.main === module) {
  const application = new BusyApplication();
  process.once('SIGTERM', () => application.stop());
  void application.run().then((report) => console.log(JSON.stringify(report)));
}
