import { createConnection, type Connection, type RowDataPacket } from 'mysql2/promise';
import { within } from '@strongroom/clock';
import { type DatabaseConfig, type DatabaseNode, tlsOf } from './database-config';
import { isConnectionLost } from './driver-errors';

/**
 * `behind`: it takes statements, but has not all that was committed, or gives its data to another node.
 * `silent`: it neither serves nor refuses, as a machine that is suspended, cut off or overloaded.
 */
export type Health = 'well' | 'behind' | 'unwell' | 'silent';

export interface NodeState {
  readonly health: Health;
  /** Why it is not well, for people. */
  readonly reason?: string;
  /** The UUID of its Galera cluster; null: it is no node of one; absent: it did not say, or has joined none yet. */
  readonly cluster?: string | null;
  /** It answers, and will not let us in however long we wait. */
  readonly refusal?: unknown;
}

/** How long an answer is waited for. Milliseconds. */
const PATIENCE_MS = 1_000;

/** `wsrep_local_state` of a node that has all that was committed. */
const SYNCED = '4';
const NO_CLUSTER = /^[0-]*$/;

class NoAnswer extends Error {}

/** Whether a node takes statements that read and write. A node of Galera does so after it has joined, while it has a majority. */
export async function probe(
  node: DatabaseNode,
  { user, password, ca }: Pick<DatabaseConfig, 'user' | 'password' | 'ca'>,
): Promise<NodeState> {
  let connection: Connection | undefined;
  const ask = async (): Promise<NodeState> => {
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
    return stateOf(settings, await shown(connection, "SHOW GLOBAL STATUS LIKE 'wsrep\\_%'"));
  };
  const asked = ask();
  try {
    return await within(asked, PATIENCE_MS, () => new NoAnswer());
  } catch (error) {
    const { code, message } = error as { code?: string; message?: string };
    if (error instanceof NoAnswer || code === 'ETIMEDOUT') return { health: 'silent', reason: 'it does not answer' };
    const unwell = { health: 'unwell', reason: message || code } as const;
    return isConnectionLost(error) ? unwell : { ...unwell, refusal: error };
  } finally {
    // A connection that comes too late is closed as well.
    asked.catch(() => undefined).finally(() => connection?.destroy());
  }
}

function stateOf(settings: ReadonlyMap<string, string>, status: ReadonlyMap<string, string>): NodeState {
  if (settings.get('wsrep_on') !== 'ON') return { ...whetherItWrites(settings), cluster: null };
  const uuid = status.get('wsrep_cluster_state_uuid') ?? '';
  const cluster = NO_CLUSTER.test(uuid) ? undefined : uuid;
  const shows = (...names: string[]) => names.map((name) => `${name} is ${status.get(name)}`).join(', ');
  if (status.get('wsrep_ready') !== 'ON') {
    return { health: 'unwell', reason: shows('wsrep_ready', 'wsrep_cluster_status', 'wsrep_local_state_comment'), cluster };
  }
  const written = whetherItWrites(settings);
  if (written.health === 'well' && status.get('wsrep_local_state') !== SYNCED) {
    return { health: 'behind', reason: shows('wsrep_local_state_comment'), cluster };
  }
  return { ...written, cluster };
}

const whetherItWrites = (settings: ReadonlyMap<string, string>): NodeState =>
  settings.get('read_only') === 'ON' ? { health: 'unwell', reason: 'read_only is ON' } : { health: 'well' };

async function shown(connection: Connection, sql: string): Promise<Map<string, string>> {
  const [rows] = await connection.query<RowDataPacket[]>(sql);
  return new Map(rows.map((row) => [String(row.Variable_name), String(row.Value)]));
}
