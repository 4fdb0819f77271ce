/** How far the data of a Galera node has come. */
export interface GaleraPosition {
  /** The UUID of the cluster that the data is of. */
  cluster: string;
  /** The number of the last transaction in it. */
  seqno: number;
}

const NO_CLUSTER = '00000000-0000-0000-0000-000000000000';

const positionOf = (cluster: string | undefined, seqno: string | undefined): GaleraPosition | undefined =>
  cluster === undefined || cluster === NO_CLUSTER || !(Number(seqno) >= 0) ? undefined : { cluster, seqno: Number(seqno) };

/** What `grastate.dat` says; undefined if the node has not ended by itself, or has no data of a cluster. */
export function positionIn(state: string): GaleraPosition | undefined {
  return positionOf(/^uuid:\s*(\S+)/m.exec(state)?.[1], /^seqno:\s*(-?\d+)/m.exec(state)?.[1]);
}

/** What `mariadbd --wsrep-recover` says; undefined if the data is of no cluster. */
export function recoveredPosition(output: string): GaleraPosition | undefined {
  const [, cluster, seqno] = /WSREP: Recovered position: *([0-9a-f-]{36}):(-?\d+)/.exec(output) ?? [];
  return positionOf(cluster, seqno);
}

/** The content of `grastate.dat` with which Galera lets a node begin a cluster that did not end after all others. */
export function safeToBootstrap(state: string): string {
  return state.replace(/^safe_to_bootstrap:.*$/m, 'safe_to_bootstrap: 1');
}

/**
 * The index of the node that has come furthest; undefined if none has data of a cluster.
 * @throws Error if they have data of different clusters: nobody can say which is right
 */
export function furthest(positions: readonly (GaleraPosition | undefined)[]): number | undefined {
  const known = positions.flatMap((position) => position ?? []);
  if (known.length === 0) return undefined;
  const clusters = [...new Set(known.map(({ cluster }) => cluster))];
  if (clusters.length > 1) throw new Error(`the nodes have data of different Galera clusters: ${clusters.join(', ')}`);
  const most = Math.max(...known.map(({ seqno }) => seqno));
  return positions.findIndex((position) => position?.seqno === most);
}
