import { execFile } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Connection, RowDataPacket } from 'mysql2/promise';
import { pollUntil, within } from '@strongroom/clock';
import { makePrivateDirectory, writePrivateFile } from '../private-files';
import type { BackgroundProcess } from '../processes/background-process';
import { packagedFile } from './binaries';
import { furthest, type GaleraPosition, positionIn, recoveredPosition, safeToBootstrap } from './galera-position';
import { connectAsAdministrator, type DatabaseAdministrator, MariaDbServer, type Place } from './mariadb.server';
import { provideTransferPrograms, TRANSFER_METHOD } from './transfer-programs';

export interface GaleraOptions {
  /** The files of each node, by its number from 0 to 2. Folders are made on first start, and kept between starts. */
  place: (node: number) => Place;
  /** Of what the nodes share. */
  directory: string;
  /** The first of `GALERA_PORTS` free ports of the loopback interface. */
  firstPort: number;
  /** More settings of each node as `name=value`; they win over the ones here. */
  settings?: string[];
  /** Settings of Galera itself as `name=value`; they win over the ones here. */
  providerSettings?: string[];
}

const NODES = [0, 1, 2] as const;
/** The ports that nodes have for each other, beside the one for clients. */
const INNER_PORTS = 3;

/** The ports of a cluster: first those for clients. */
export const GALERA_PORTS = NODES.length * (1 + INNER_PORTS);

/** Where Debian's galera-4 and MariaDB's own packages put Galera. */
const PROVIDERS = ['/usr/lib/galera/libgalera_smm.so', '/usr/lib64/galera-4/libgalera_smm.so'].flatMap(packagedFile);

/** The path of Galera's library; undefined where it is not installed. */
export function galeraProvider(): string | undefined {
  return PROVIDERS.find(existsSync);
}

/** How long a node may take to join, with all data to be sent to it. Milliseconds. */
const JOIN_MS = 60_000;
/** How long an answer is waited for. Milliseconds. */
const ANSWER_MS = 3_000;
/** How long a node may take to repair its data after a crash. Milliseconds. */
const RECOVERY_MS = 20_000;
const RECOVERIES = 3;
/** What it may say meanwhile. Bytes. */
const MAX_OUTPUT = 16 << 20;

/** What a MariaDB of any cluster needs to be a node, as `name=value`. */
export const galeraSettings = ['wsrep-on=ON', 'binlog-format=ROW', 'default-storage-engine=InnoDB', 'innodb-autoinc-lock-mode=2'];

/** The same here, beside the addresses. */
const nodeSettings = [
  ...galeraSettings,
  `wsrep-sst-method=${TRANSFER_METHOD}`,
  // A node that joins gets the administrator from the others; it could not create users before it has joined.
  'init-file=',
];

/** A Galera cluster of three nodes on the loopback interface, each a MariaDB of its own, for all of which one password holds. */
export class GaleraCluster {
  /** Starts of nodes, one after the other: a node that gives its data to another one cannot do so twice at a time. */
  private starting: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: GaleraOptions) {}

  /** Of each node, in order. */
  get nodes(): readonly DatabaseAdministrator[] {
    return NODES.map((node) => this.server(node).administrator);
  }

  process(node: number): BackgroundProcess {
    return this.server(node).process;
  }

  /**
   * Starts all nodes, with the data that they have: the one that has most goes first, and the others get from it what they miss.
   * Returns when each node serves.
   * @throws Error if the nodes have data of different clusters
   */
  start(): Promise<void> {
    return this.inTurn(() => this.startAll());
  }

  /** Ends a node as a failing machine does. */
  async kill(node: number): Promise<void> {
    this.process(node).signal('SIGKILL');
    await this.process(node).waitForExit(5_000);
  }

  /** Suspends a node: its connections stay open, and it does nothing and says nothing. */
  suspend(node: number): Promise<void> {
    return this.process(node).suspend();
  }

  /** Lets a suspended node go on. */
  cont(node: number): void {
    this.process(node).signal('SIGCONT');
  }

  /** Cuts a node off from the others: it has no majority then, but its clients still reach it. */
  async isolate(node: number): Promise<void> {
    await this.setProvider(node, 'gmcast.isolate', 1);
  }

  /** Ends what `isolate` did; the node joins the others again. */
  async reconnect(node: number): Promise<void> {
    await this.setProvider(node, 'gmcast.isolate', 0);
  }

  /** Waits until a node serves that runs. */
  async joined(node: number): Promise<void> {
    await this.process(node).waitUntil('a node that serves', () => this.serves(node).catch(() => false), JOIN_MS);
  }

  /** Ends a node as an operator does. */
  async shutDown(node: number): Promise<void> {
    await this.server(node).stop();
  }

  /**
   * Brings a node back that has ended, with what is on its disk or, if `empty`, with nothing. Returns when it serves. If no other
   * node runs, this is a start of all; if one runs without a majority, it is told that the third is gone.
   */
  restart(node: number, { empty = false }: { empty?: boolean } = {}): Promise<void> {
    return this.inTurn(async () => {
      if (empty) this.empty(node);
      // A start of all has brought it back meanwhile.
      if (this.process(node).pid !== undefined) return;
      const others = NODES.filter((other) => this.process(other).pid !== undefined);
      if (others.length === 0) return this.startAll();
      const joining = this.join(node);
      if (others.length === 1) await this.tellOfEnd(others[0]!, joining);
      await joining;
    });
  }

  /** Ends all nodes at once; their data is of no more use. */
  async end(): Promise<void> {
    await Promise.all(NODES.map((node) => this.kill(node)));
  }

  /** Whether the node takes statements: it has joined, and belongs to a majority. */
  async serves(node: number): Promise<boolean> {
    return (await this.status(node)).wsrep_local_state_comment === 'Synced';
  }

  /**
   * Waits until all nodes serve and count the same members: before, a majority may be without one more. A node that was suspended
   * serves at once, for it has not heard yet that the others went on without it.
   */
  async settled(): Promise<void> {
    const isSettled = async () => {
      const all = await Promise.all(NODES.map((node) => this.status(node)));
      return all.every(
        (status) =>
          status.wsrep_local_state_comment === 'Synced' &&
          status.wsrep_cluster_size === String(NODES.length) &&
          status.wsrep_cluster_conf_id === all[0]!.wsrep_cluster_conf_id,
      );
    };
    if (!(await pollUntil(() => isSettled().catch(() => false), JOIN_MS, 100))) {
      throw new Error(`the nodes of Galera did not find together within ${JOIN_MS / 1000} s`);
    }
  }

  /** What Galera says of itself at the node. */
  private status(node: number): Promise<Partial<Record<string, string>>> {
    return this.asAdministrator(node, async (connection) => {
      const [rows] = await connection.query<RowDataPacket[]>("SHOW GLOBAL STATUS LIKE 'wsrep%'");
      return Object.fromEntries(rows.map((row) => [String(row.Variable_name), String(row.Value)]));
    });
  }

  /**
   * Lets the last node go on whenever it misses a majority, until somebody has joined it. Galera cannot know that the others have
   * ended and are not merely cut off; we do.
   */
  private async tellOfEnd(last: number, joining: Promise<void>): Promise<void> {
    let isOver = false;
    const over = () => (isOver = true);
    joining.then(over, over);
    const tell = async () => {
      if (!(await this.serves(last))) await this.setProvider(last, 'pc.bootstrap', 1);
    };
    for (; !isOver; await sleep(500)) await tell().catch(() => undefined);
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.starting.then(work, work);
    this.starting = turn.catch(() => undefined);
    return turn;
  }

  private async startAll(): Promise<void> {
    // A node that cannot tell may have what the others have not, so then none begins.
    const positions = await Promise.all(NODES.map((node) => this.position(node)));
    const first = furthest(positions);
    if (first === undefined) await this.makeAdministrator(0);
    else writePrivateFile(this.stateFile(first), safeToBootstrap(readFileSync(this.stateFile(first), 'utf8')));
    const beginner = first ?? 0;
    await this.run(beginner, ['wsrep-new-cluster', ...startAt(positions[beginner])]);
    for (const node of NODES.filter((other) => other !== beginner)) await this.join(node, positions[node]);
  }

  /** Starts a node beside others that serve. */
  private async join(node: number, known?: GaleraPosition): Promise<void> {
    const position = known ?? (await this.position(node).catch(() => undefined));
    // It cannot tell what it has, or has data of no cluster, so it gets everything.
    if (position === undefined) this.empty(node);
    await this.run(node, startAt(position));
  }

  private async run(node: number, settings: string[]): Promise<void> {
    await this.server(node, settings).start();
    await this.joined(node);
  }

  /** How far a node that does not run has come; undefined if it has no data of a cluster. @throws Error if it cannot tell */
  private async position(node: number): Promise<GaleraPosition | undefined> {
    if (!existsSync(this.stateFile(node))) return undefined;
    const written = positionIn(readFileSync(this.stateFile(node), 'utf8'));
    if (written) return written;
    // It has not ended by itself: what InnoDB repairs says how far it had come.
    const { command, args, env } = this.server(node, ['wsrep-recover']).process.program;
    const limits = { timeout: RECOVERY_MS, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT } as const;
    // Sometimes MariaDB 10.11 hangs while it ends after that, and then does not hear SIGTERM.
    for (let attempt = 1; ; attempt++) {
      try {
        return recoveredPosition((await promisify(execFile)(command, args, { env, ...limits })).stderr);
      } catch (error) {
        const said = recoveredPosition((error as { stderr?: string }).stderr ?? '');
        if (said !== undefined) return said;
        if (attempt === RECOVERIES) throw error;
      }
    }
  }

  /** @param option as Galera calls it */
  private async setProvider(node: number, option: string, value: number): Promise<void> {
    await this.asAdministrator(node, async (connection) => {
      const variable = `wsrep_provider_${option.replace('.', '_')}`;
      const [own] = await connection.query<RowDataPacket[]>('SHOW GLOBAL VARIABLES LIKE ?', [variable]);
      // MariaDB 11 shows Galera's settings as its own, and then refuses them by their common name.
      if (own.length > 0) await connection.query(`SET GLOBAL ${variable} = ${value}`);
      else await connection.query('SET GLOBAL wsrep_provider_options = ?', [`${option}=${value}`]);
    });
  }

  private async asAdministrator<T>(node: number, work: (connection: Connection) => Promise<T>): Promise<T> {
    let connection: Connection | undefined;
    const ask = async () => work((connection = await connectAsAdministrator(this.server(node).administrator)));
    const asked = ask();
    try {
      // A node that loses its majority in the middle of a question may leave it without an answer.
      return await within(asked, ANSWER_MS);
    } finally {
      // A connection that comes too late is closed as well.
      asked.catch(() => undefined).finally(() => connection?.destroy());
    }
  }

  /** Makes the administrator, on one node that the others get their data from. */
  private async makeAdministrator(node: number): Promise<void> {
    const { settings } = this.options;
    const alone = new MariaDbServer({ ...this.common(node), settings });
    await alone.start();
    await alone.stop();
  }

  /** Leaves a node without data. */
  private empty(node: number): void {
    const data = this.dataOf(node);
    rmSync(data, { recursive: true, force: true });
    makePrivateDirectory(data);
  }

  private server(node: number, settings: string[] = []): MariaDbServer {
    const [group, increment, state] = this.innerPorts(node);
    // A node that gives its data to another one takes no writes meanwhile: rather the last one, for clients prefer the first.
    const donors = NODES.filter((other) => other !== node).reverse();
    const provider = [
      `gmcast.listen_addr=tcp://127.0.0.1:${group}`,
      `ist.recv_addr=127.0.0.1:${increment}`,
      'gcache.size=16M',
      ...(this.options.providerSettings ?? []),
    ];
    return new MariaDbServer({
      ...this.common(node),
      programs: provideTransferPrograms(join(this.options.directory, 'bin')),
      settings: [
        ...nodeSettings,
        `wsrep-provider=${galeraProvider()}`,
        `wsrep-provider-options=${provider.join(';')}`,
        `wsrep-cluster-address=gcomm://${NODES.map((other) => `127.0.0.1:${this.innerPorts(other)[0]}`).join(',')}`,
        'wsrep-node-address=127.0.0.1',
        `wsrep-node-name=node${node}`,
        `wsrep-sst-receive-address=127.0.0.1:${state}`,
        `wsrep-sst-donor=${donors.map((other) => `node${other},`).join('')}`,
        ...(this.options.settings ?? []),
        ...settings,
      ],
    });
  }

  private common(node: number) {
    const passwordFile = join(this.options.directory, 'administrator.password');
    return { ...this.options.place(node), port: this.portOf(node), passwordFile };
  }

  private dataOf(node: number): string {
    return join(this.options.place(node).directory, 'data');
  }

  /** Where Galera keeps which data a node has. */
  private stateFile(node: number): string {
    return join(this.dataOf(node), 'grastate.dat');
  }

  private portOf(node: number): number {
    return this.options.firstPort + node;
  }

  private innerPorts(node: number): number[] {
    const first = this.options.firstPort + NODES.length + node * INNER_PORTS;
    return Array.from({ length: INNER_PORTS }, (_, offset) => first + offset);
  }
}

const startAt = (position: GaleraPosition | undefined): string[] =>
  position === undefined ? [] : [`wsrep-start-position=${position.cluster}:${position.seqno}`];
