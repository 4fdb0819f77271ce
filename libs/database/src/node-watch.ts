import { endpointText } from '@strongroom/config';
import type { Logger } from '@strongroom/telemetry';
import { type DatabaseConfig, type DatabaseNode, nodesOf } from './database-config';
import { type ChoiceOptions, chooseNode } from './node-choice';
import { type NodeState, probe } from './node-probe';

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
 * Which of the nodes of a database is used: the first one until it is not well, then the first that is. A node that is behind
 * stays in use, and is turned to only where none is well. A node that is preferred to the one in use is used again when it was
 * well twice in a row. The others must be of the cluster of the node in use.
 */
export class NodeWatch {
  private current = 0;
  private cluster: string | undefined;
  private logger: Logger | undefined;
  private beginning: Promise<void> | undefined;
  private checking: Promise<void> | undefined;
  private checks = 0;
  private returning: number | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly listeners = new Set<SwitchListener>();

  constructor(
    private readonly nodes: readonly DatabaseNode[],
    private readonly stateOf: (node: DatabaseNode) => Promise<NodeState>,
  ) {}

  /** The node in use. */
  get node(): DatabaseNode {
    return this.nodes[this.current]!;
  }

  /** Chooses the node to begin with, as `chooseNode` does; throws as it does. Does nothing while anybody uses the chosen one. */
  begin(options: ChoiceOptions): Promise<void> {
    this.logger ??= options.logger;
    return (this.beginning ??= this.choose(options).catch((error: unknown) => {
      this.beginning = undefined;
      throw error;
    }));
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
      this.beginning = undefined;
    };
  }

  /** Finds out how the nodes are, and switches if it must. Checks at a time are one. */
  check(): Promise<void> {
    return (this.checking ??= this.look().finally(() => (this.checking = undefined)));
  }

  private async choose(options: ChoiceOptions): Promise<void> {
    const { index, state } = await chooseNode(this.nodes, (node) => this.patientStateOf(node), options);
    this.cluster = state.cluster ?? undefined;
    if (index !== this.current) this.use(index, 'at once');
  }

  private async look(): Promise<void> {
    const { health, reason, cluster } = await this.patientStateOf(this.node);
    this.cluster = cluster ?? this.cluster;
    if (health === 'well' || health === 'behind') return this.lookBack();
    this.returning = undefined;
    const states = await this.statesOf((index) => index !== this.current);
    const well = states.indexOf('well');
    const next = well < 0 ? states.indexOf('behind') : well;
    if (next < 0) return;
    this.logger?.warn('a database node is left for another one', { address: endpointText(this.node), reason });
    this.use(next, 'at once');
  }

  private async patientStateOf(node: DatabaseNode): Promise<NodeState> {
    for (let silences = 1; ; silences++) {
      const state = await this.stateOf(node);
      if (state.health !== 'silent' || silences === MAX_SILENCES) return state;
    }
  }

  private async lookBack(): Promise<void> {
    if (this.current === 0 || ++this.checks % LOOK_BACK !== 0) return;
    const preferred = (await this.statesOf((index) => index < this.current)).indexOf('well');
    if (preferred >= 0 && preferred === this.returning) this.use(preferred, 'when released');
    else this.returning = preferred;
  }

  /** How the nodes are that are asked and belong to the cluster. */
  private statesOf(isAsked: (index: number) => boolean): Promise<(NodeState['health'] | undefined)[]> {
    return Promise.all(
      this.nodes.map(async (node, index) => {
        if (!isAsked(index)) return undefined;
        const { health, cluster } = await this.stateOf(node);
        const isStranger = this.cluster !== undefined && cluster !== undefined && cluster !== this.cluster;
        return isStranger ? undefined : health;
      }),
    );
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

/** Waits until the database has a node that is well, which a process begins with. Throws as `chooseNode` does. */
export async function awaitDatabase(database: DatabaseConfig, options: ChoiceOptions): Promise<void> {
  const watch = watchOver(database);
  if (watch) return watch.begin(options);
  await chooseNode(nodesOf(database), (node) => probe(node, database), options);
}
