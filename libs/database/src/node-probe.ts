import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { within } from '@strongroom/clock';
import { type DatabaseConfig, type DatabaseNode, tlsOf } from './database-config';

/** `silent`: it neither serves nor refuses, as a machine that is suspended, cut off or overloaded. */
export type Health = 'well' | 'unwell' | 'silent';

/** How long an answer is waited for. Milliseconds. */
const PATIENCE_MS = 1_000;

class NoAnswer extends Error {}

/** Whether a node takes statements that read and write. A node of Galera does so after it has joined, while it has a majority. */
export async function probe(
  node: DatabaseNode,
  { user, password, ca }: Pick<DatabaseConfig, 'user' | 'password' | 'ca'>,
): Promise<Health> {
  let connection: Connection | undefined;
  const ask = async (): Promise<Health> => {
    connection = await createConnection({
      ...node,
      user,
      password,
      ssl: tlsOf({ ca }),
      connectTimeout: PATIENCE_MS,
      trace: false,
    });
    connection.on('error', () => undefined);
    const settings = await shown(connection, "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('read_only', 'wsrep_on')");
    const status = await shown(connection, "SHOW GLOBAL STATUS LIKE 'wsrep_ready'");
    const isReady = settings.get('wsrep_on') !== 'ON' || status.get('wsrep_ready') === 'ON';
    return isReady && settings.get('read_only') !== 'ON' ? 'well' : 'unwell';
  };
  const asked = ask();
  try {
    return await within(asked, PATIENCE_MS, () => new NoAnswer());
  } catch (error) {
    return error instanceof NoAnswer || (error as { code?: string }).code === 'ETIMEDOUT' ? 'silent' : 'unwell';
  } finally {
    // A connection that comes too late is closed as well.
    asked.catch(() => undefined).finally(() => connection?.destroy());
  }
}

async function shown(connection: Connection, sql: string): Promise<Map<string, string>> {
  const [rows] = await connection.query<RowDataPacket[]>(sql);
  return new Map(rows.map((row) => [String(row.Variable_name), String(row.Value)]));
}
