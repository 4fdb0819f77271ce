import { chownSync, cpSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { makePrivateDirectory } from '../private-files';
import { connectAsAdministrator, type DatabaseAdministrator, MariaDbServer, PASSWORD_FILE } from './mariadb.server';
import { systemUser } from './system-user';

export interface GaleraOptions {
  /**
   * Holds one folder a node; made on first start. Started by root, the nodes run as another user, whom the folders above must let
   * pass.
   */
  directory: string;
  /** The first of `GALERA_PORTS` free ports of the loopback interface. */
  firstPort: number;
  /** More settings of each node as `name=value`; they win over the ones here. */
  settings?: string[];
  /** Settings of Galera itself as `name=value`; they win over the ones here. */
  providerSettings?: string[];
}

const NODES = [0, 1, 2] as const;
const PORTS_OF_NODE = 4;

/** The ports of a cluster. */
export const GALERA_PORTS = NODES.length * PORTS_OF_NODE;

/** Where Debian's galera-4 and MariaDB's own packages put Galera. */
const PROVIDERS = ['/usr/lib/galera/libgalera_smm.so', '/usr/lib64/galera-4/libgalera_smm.so'];

/** The path of Galera's library; undefined where it is not installed. */
export function galeraProvider(): string | undefined {
  return PROVIDERS.find(existsSync);
}

/** What a MariaDB needs to be a node, beside its addresses. */
const nodeSettings = [
  'wsrep-on=ON',
  'binlog-format=ROW',
  'default-storage-engine=InnoDB',
  'innodb-autoinc-lock-mode=2',
  'wsrep-sst-method=rsync',
  // A node that joins gets the administrator from the others; it could not create users before it has joined.
  'init-file=',
];

/** A Galera cluster of three nodes on the loopback interface, each a MariaDB of its own, for all of which one password holds. */
export class GaleraCluster {
  private readonly servers = new Map<number, MariaDbServer>();
  /**
   * Undefined where the nodes run as whoever starts them. A node sends its data to another by a daemon of rsync, which root's
   * would run as nobody.
   */
  private readonly runsAs = process.getuid?.() === 0 ? systemUser('mysql') : undefined;

  constructor(private readonly options: GaleraOptions) {}

  /** Of each node, in order. */
  get nodes(): readonly DatabaseAdministrator[] {
    return NODES.map((node) => this.server(node).administrator);
  }

  /** Starts a cluster that has never run. Returns when each node serves. */
  async start(): Promise<void> {
    await this.prepare();
    await this.startServer(0, ['wsrep-new-cluster']);
    // One after the other: a node that gives its data to another one cannot do so twice at a time.
    for (const node of [1, 2]) await this.startServer(node);
  }

  /** Ends a node as a failing machine does. */
  async kill(node: number): Promise<void> {
    this.server(node).process.signal('SIGKILL');
    await this.server(node).process.waitForExit(5_000);
  }

  /** Suspends a node: its connections stay open, and it does nothing and says nothing. */
  stop(node: number): void {
    this.server(node).process.signal('SIGSTOP');
  }

  /** Lets a suspended node go on. */
  cont(node: number): void {
    this.server(node).process.signal('SIGCONT');
  }

  /** Cuts a node off from the others: it has no majority then, but its clients still reach it. */
  async isolate(node: number): Promise<void> {
    await this.setProvider(node, 'gmcast.isolate=1');
  }

  /** Ends what `isolate` did. */
  async reconnect(node: number): Promise<void> {
    await this.setProvider(node, 'gmcast.isolate=0');
  }

  /** Ends a node as an operator does. */
  async shutDown(node: number): Promise<void> {
    await this.server(node).stop();
  }

  /** Brings a node back that has ended, with what is on its disk or, if `empty`, with nothing. Returns when it serves. */
  async restart(node: number, { empty = false }: { empty?: boolean } = {}): Promise<void> {
    if (empty) this.empty(node);
    await this.startServer(node);
  }

  /** Ends all nodes at once; their data is of no more use. */
  async end(): Promise<void> {
    await Promise.all([...this.servers.keys()].map((node) => this.kill(node)));
  }

  /** Whether the node takes statements: it has joined, and belongs to a majority. */
  serves(node: number): Promise<boolean> {
    return this.asAdministrator(node, async (connection) => {
      const [rows] = await connection.query<RowDataPacket[]>("SHOW GLOBAL STATUS LIKE 'wsrep_local_state_comment'");
      return rows[0]?.Value === 'Synced';
    });
  }

  private async setProvider(node: number, option: string): Promise<void> {
    await this.asAdministrator(node, (connection) => connection.query('SET GLOBAL wsrep_provider_options = ?', [option]));
  }

  private async asAdministrator<T>(node: number, work: (connection: Connection) => Promise<T>): Promise<T> {
    const connection = await connectAsAdministrator(this.server(node).administrator);
    try {
      return await work(connection);
    } finally {
      connection.destroy();
    }
  }

  /** Makes the administrator, whose password all nodes have. The others get their data from the first. */
  private async prepare(): Promise<void> {
    const [first, ...others] = NODES;
    const alone = new MariaDbServer({ ...this.filesOf(first), port: this.portOf(first), settings: this.options.settings });
    await alone.start();
    await alone.stop();
    for (const node of others) {
      const folder = makePrivateDirectory(this.folderOf(node));
      cpSync(join(this.folderOf(first), PASSWORD_FILE), join(folder, PASSWORD_FILE));
      this.empty(node);
    }
  }

  /** Leaves a node without data. */
  private empty(node: number): void {
    const data = join(this.folderOf(node), 'data');
    rmSync(data, { recursive: true, force: true });
    mkdirSync(data, { mode: 0o700 });
  }

  private async startServer(node: number, settings: string[] = []): Promise<void> {
    const server = this.serverOf(node, settings);
    this.servers.set(node, server);
    this.handOver(this.folderOf(node));
    await server.start();
    await server.process.waitUntil('a node that serves', () => this.serves(node).catch(() => false), 60_000);
  }

  private serverOf(node: number, settings: string[] = []): MariaDbServer {
    const [port, group, increment, state] = Array.from({ length: PORTS_OF_NODE }, (_, offset) => this.portOf(node) + offset);
    const provider = [
      `gmcast.listen_addr=tcp://127.0.0.1:${group}`,
      `ist.recv_addr=127.0.0.1:${increment}`,
      'gcache.size=16M',
      ...(this.options.providerSettings ?? []),
    ];
    return new MariaDbServer({
      ...this.filesOf(node),
      port: port!,
      user: this.runsAs?.name,
      settings: [
        ...nodeSettings,
        `wsrep-provider=${galeraProvider()}`,
        `wsrep-provider-options=${provider.join(';')}`,
        `wsrep-cluster-address=gcomm://${NODES.map((other) => `127.0.0.1:${this.portOf(other) + 1}`).join(',')}`,
        'wsrep-node-address=127.0.0.1',
        `wsrep-node-name=node${node}`,
        `wsrep-sst-receive-address=127.0.0.1:${state}`,
        ...(this.options.settings ?? []),
        ...settings,
      ],
    });
  }

  /** Gives a path, and all in it, to the user whom the nodes run as. */
  private handOver(path: string): void {
    if (!this.runsAs) return;
    const { uid, gid } = this.runsAs;
    for (const name of ['.', ...readdirSync(path, { recursive: true, encoding: 'utf8' })]) chownSync(join(path, name), uid, gid);
  }

  private filesOf(node: number) {
    const directory = this.folderOf(node);
    return { directory, pidFile: `${directory}.pid`, logFile: `${directory}.log` };
  }

  private folderOf(node: number): string {
    return join(this.options.directory, `node${node}`);
  }

  private portOf(node: number): number {
    return this.options.firstPort + node * PORTS_OF_NODE;
  }

  private server(node: number): MariaDbServer {
    const server = this.servers.get(node);
    if (!server) throw new Error(`node ${node} has not been started`);
    return server;
  }
}
