import { type DatabaseConfig, type DatabaseNode, nodesOf } from './database-config';
import { type Health, probe } from './node-probe';

/** How the connections to the node before end: now, with what they are doing, or each when its call is done. */
export type Leaving = 'at once' | 'when released';

export type SwitchListener = (node: DatabaseNode, leaving: Leaving) => void;

/** How often the node in use is asked how it is. Milliseconds. */
const CHECK_MS = 1_000;
/** The number of checks from one look at the nodes that are preferred to the next. */
const LOOK_BACK = 5;
/** How often a node may fail to answer in a row: a busy machine answers late, and leaving it breaks off what it does. */
const MAX_SILENCES = 2;

/**
 * Which of the nodes of a database is used: the first one until it is not well, then the first that is. A node that is preferred
 * to the one in use is used again when it was well twice in a row.
 */
export class NodeWatch {
  private current = 0;
  private checking: Promise<void> | undefined;
  private checks = 0;
  private returning: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly listeners = new Set<SwitchListener>();

  constructor(
    private readonly nodes: readonly DatabaseNode[],
    private readonly healthOf: (node: DatabaseNode) => Promise<Health>,
  ) {}

  /** The node in use. */
  get node(): DatabaseNode {
    return this.nodes[this.current]!;
  }

  /** Tells the listener of each switch, until the returned function is called. Nodes are watched while anybody listens. */
  subscribe(listener: SwitchListener): () => void {
    this.listeners.add(listener);
    this.timer ??= setInterval(() => void this.check(), CHECK_MS).unref();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size > 0) return;
      clearInterval(this.timer);
      this.timer = undefined;
    };
  }

  /** Finds out how the nodes are, and switches if it must. Checks at a time are one. */
  check(): Promise<void> {
    return (this.checking ??= this.look().finally(() => (this.checking = undefined)));
  }

  private async look(): Promise<void> {
    if ((await this.healthOfCurrent()) === 'well') return this.lookBack();
    this.returning = undefined;
    const next = await this.firstWell((index) => index !== this.current);
    if (next !== undefined) this.use(next, 'at once');
  }

  private async healthOfCurrent(): Promise<Health> {
    for (let silences = 1; ; silences++) {
      const health = await this.healthOf(this.node);
      if (health !== 'silent' || silences === MAX_SILENCES) return health;
    }
  }

  private async lookBack(): Promise<void> {
    if (this.current === 0 || ++this.checks % LOOK_BACK !== 0) return;
    const preferred = await this.firstWell((index) => index < this.current);
    if (preferred !== undefined && preferred === this.returning) this.use(preferred, 'when released');
    else this.returning = preferred;
  }

  private async firstWell(isAsked: (index: number) => boolean): Promise<number | undefined> {
    const all = await Promise.all(
      this.nodes.map(async (node, index) => isAsked(index) && (await this.healthOf(node)) === 'well'),
    );
    const first = all.indexOf(true);
    return first < 0 ? undefined : first;
  }

  private use(index: number, leaving: Leaving): void {
    this.current = index;
    this.checks = 0;
    this.returning = undefined;
    for (const listener of this.listeners) listener(this.node, leaving);
  }
}

const watches = new Map<string, NodeWatch>();

/** The watch over a database of several nodes. All pools of a process share it, so that they use one node at a time. */
export function watchOver(database: DatabaseConfig): NodeWatch | undefined {
  const nodes = nodesOf(database);
  if (nodes.length === 1) return undefined;
  const key = JSON.stringify([nodes, database.user]);
  let watch = watches.get(key);
  if (watch === undefined) watches.set(key, (watch = new NodeWatch(nodes, (node) => probe(node, database))));
  return watch;
}
