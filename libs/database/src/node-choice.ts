import { pollUntil } from '@strongroom/clock';
import { ConfigError, endpointText } from '@strongroom/config';
import { serviceUnavailable } from '@strongroom/errors';
import type { Logger } from '@strongroom/telemetry';
import type { DatabaseNode } from './database-config';
import type { NodeState } from './node-probe';

export interface ChoiceOptions {
  /** How long a node that is well is waited for. Milliseconds. */
  waitMs: number;
  /** Hears which nodes are left out. */
  logger?: Logger;
}

const VARIABLE = 'STRONGROOM_DATABASE_HOST';
const LOOK_AGAIN_MS = 250;

export interface Choice {
  /** The number of the node. */
  readonly index: number;
  readonly state: NodeState;
}

/**
 * The node that a process begins with: the first that is well.
 *
 * @throws ConfigError at once if several nodes are not those of one cluster
 * @throws Error at once if none lets us in
 * @throws ServiceUnavailableException if none is well in time
 */
export async function chooseNode(
  nodes: readonly DatabaseNode[],
  stateOf: (node: DatabaseNode) => Promise<NodeState>,
  { waitMs, logger }: ChoiceOptions,
): Promise<Choice> {
  let states: readonly NodeState[] = [];
  const find = async () => {
    states = await Promise.all(nodes.map(stateOf));
    requireOneCluster(nodes, states);
    const first = states.findIndex(({ health }) => health === 'well');
    if (first >= 0) return { index: first, state: states[first]! };
    if (states.some(({ refusal }) => refusal === undefined)) return undefined;
    throw new Error(`${VARIABLE}: ${reasonsOf(nodes, states)}`, { cause: states[0]!.refusal });
  };
  const chosen = await pollUntil(find, waitMs, LOOK_AGAIN_MS);
  if (chosen === undefined) {
    throw serviceUnavailable(`${VARIABLE}: a node must take statements and be in step; ${reasonsOf(nodes, states)}`);
  }
  for (const [index, { health, reason }] of states.entries()) {
    if (health !== 'well') logger?.warn('a database node is left out', { address: endpointText(nodes[index]!), reason });
  }
  return chosen;
}

function requireOneCluster(nodes: readonly DatabaseNode[], states: readonly NodeState[]): void {
  if (nodes.length === 1) return;
  const said = states.flatMap(({ cluster }, index) => (cluster === undefined ? [] : [{ cluster, node: nodes[index]! }]));
  const [first, ...others] = said;
  if (first === undefined) return;
  if (said.every(({ cluster }) => cluster !== null) && others.every(({ cluster }) => cluster === first.cluster)) return;
  const clusters = said.map(({ node, cluster }) => `${endpointText(node)} ${cluster === null ? 'has none' : `has ${cluster}`}`);
  throw new ConfigError([
    `${VARIABLE}: several hosts must be nodes of one Galera cluster, with one wsrep_cluster_state_uuid; ${clusters.join(', ')}`,
  ]);
}

const reasonsOf = (nodes: readonly DatabaseNode[], states: readonly NodeState[]): string =>
  states.map(({ reason }, index) => `${endpointText(nodes[index]!)}: ${reason}`).join('; ');
