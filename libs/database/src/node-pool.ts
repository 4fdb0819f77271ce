import { serviceUnavailable } from '@strongroom/errors';
import { createPool, type Pool, type PoolConnection, type PoolOptions } from 'mysql2';
import { type DatabaseConfig, type DatabaseNode, nodesOf, tlsOf } from './database-config';
import { connectionLost } from './driver-errors';
import { type Leaving, type NodeWatch, watchOver } from './node-watch';

/** How long a connection may take to be made; milliseconds. Where there are other nodes, a silent one is left sooner. */
const CONNECT_TIMEOUT_MS = { alone: 3_000, ofSeveral: 1_500 };

/** ER_UNKNOWN_SYSTEM_VARIABLE, ER_EMPTY_QUERY: a server does not know a setting, or reads it as a comment. */
const UNKNOWN = new Set([1_193, 1_065]);

/**
 * What is read outside of a transaction, or first in one, is as new as what any node has committed. Elsewhere than on a node of
 * Galera it changes nothing; MySQL reads a comment.
 */
const READ_WHAT_IS_COMMITTED = '/*M! SET SESSION wsrep_sync_wait = 1 */';

export interface NodePoolOptions {
  database: DatabaseConfig;
  /** Beside the place and the user. */
  pool: PoolOptions;
  /** Statements that each connection begins with. */
  begin: readonly string[];
}

/** Connections to one node at a time of a database, which may have several: see `NodeWatch`. */
export class NodePool {
  private readonly watch: NodeWatch | undefined;
  private readonly unsubscribe: () => void = () => undefined;
  private current: PoolOfNode;
  private readonly left = new Set<PoolOfNode>();
  private ending: Promise<void> | undefined;

  constructor(private readonly options: NodePoolOptions) {
    this.watch = watchOver(options.database);
    this.current = this.open(this.watch?.node ?? nodesOf(options.database)[0]!);
    if (this.watch) this.unsubscribe = this.watch.subscribe((node, leaving) => this.turnTo(node, leaving));
  }

  /** Rejects with ServiceUnavailableException once the pool has been ended: nobody need try again. */
  async getConnection(): Promise<PoolConnection> {
    if (this.ending) throw serviceUnavailable('the connections to the database have been closed');
    try {
      return await this.current.getConnection();
    } catch (error) {
      void this.watch?.check();
      throw error;
    }
  }

  /** Once; who ends it again waits for the same end. */
  end(): Promise<void> {
    return (this.ending ??= this.endAll());
  }

  private async endAll(): Promise<void> {
    this.unsubscribe();
    for (const pool of this.left) pool.drop();
    await this.current.end();
  }

  private turnTo(node: DatabaseNode, leaving: Leaving): void {
    const before = this.current;
    this.current = this.open(node);
    if (leaving === 'at once') return before.drop();
    this.left.add(before);
    before.retire(() => this.left.delete(before));
  }

  private open(node: DatabaseNode): PoolOfNode {
    const { watch } = this;
    const { pool, database, begin } = this.options;
    const connectTimeout = watch ? CONNECT_TIMEOUT_MS.ofSeveral : CONNECT_TIMEOUT_MS.alone;
    const { user, password, name } = database;
    return new PoolOfNode(
      createPool({
        ...pool,
        ssl: tlsOf(database),
        user,
        password,
        database: name,
        host: node.host,
        port: node.port,
        connectTimeout,
      }),
      [...begin, READ_WHAT_IS_COMMITTED],
      watch && (() => void watch.check()),
    );
  }
}

class PoolOfNode {
  private readonly connections = new Set<PoolConnection>();
  private readonly idle = new Set<PoolConnection>();
  private emptied: (() => void) | undefined;

  /** `suspected` hears of each connection that is lost, or that its user closes because of what it heard from it. */
  constructor(
    private readonly pool: Pool,
    begin: readonly string[],
    private readonly suspected: (() => void) | undefined,
  ) {
    // Runs once for each connection, before its first statement.
    pool.on('connection', (connection) => {
      this.keep(connection);
      for (const statement of begin) {
        connection.query(statement, (error) => {
          if (error && !UNKNOWN.has(error.errno ?? 0)) connection.destroy();
        });
      }
    });
    pool.on('acquire', (connection) => this.idle.delete(connection));
    pool.on('release', (connection) => {
      this.idle.add(connection);
      if (this.emptied) this.close(connection);
    });
  }

  getConnection(): Promise<PoolConnection> {
    return new Promise((resolve, reject) => {
      this.pool.getConnection((error, connection) => (error ? reject(error) : resolve(connection)));
    });
  }

  /** Closes each connection when its call is done. */
  retire(emptied: () => void): void {
    this.emptied = emptied;
    for (const connection of this.idle) this.close(connection);
    if (this.connections.size === 0) emptied();
  }

  /** Closes all connections. What runs on them fails as on a lost connection, even if the server never says a word again. */
  drop(): void {
    // Those who wait for a connection are told first.
    this.pool.end(() => undefined);
    for (const connection of this.connections) {
      (connection as unknown as { stream: { destroy(error: Error): void } }).stream.destroy(
        connectionLost('the node is not well'),
      );
    }
  }

  end(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.pool.end((error) => (error ? reject(error) : resolve()));
    });
  }

  private keep(connection: PoolConnection): void {
    const { suspected } = this;
    this.connections.add(connection);
    const forget = () => {
      this.idle.delete(connection);
      if (this.connections.delete(connection) && this.connections.size === 0) this.emptied?.();
    };
    connection.on('error', () => {
      forget();
      suspected?.();
    });
    connection.on('end', forget);
    const destroy = connection.destroy.bind(connection);
    connection.destroy = () => {
      const isNews = this.connections.has(connection);
      forget();
      destroy();
      if (isNews) suspected?.();
    };
  }

  private close(connection: PoolConnection): void {
    this.connections.delete(connection);
    this.idle.delete(connection);
    connection.destroy();
    if (this.connections.size === 0) this.emptied?.();
  }
}
