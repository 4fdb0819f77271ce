import { mkdtempSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { LocalCluster } from '@strongroom/local-cluster';
import { run } from './run';

export interface FuzzOptions {
  seed?: string;
  minutes?: number;
  count?: number;
  only?: number;
  /** The number of rotations of secrets whose servers lie. Default: each lie to each function once, as far as time permits. */
  rotations?: number;
  /** The folder of a running cluster; default: one of its own. */
  home?: string;
}

const MINUTES = 5;
/** Nobody is there. */
const ISSUERS = ['http://localhost:9', 'http://localhost:9/second'];
const RESULTS = 'dist/fuzz';

/** Fuzzes a cluster; resolves with whether nothing was found. */
export async function fuzz({
  seed = String(Date.now()),
  minutes,
  count,
  only,
  rotations: wanted = Infinity,
  home,
}: FuzzOptions): Promise<boolean> {
  const own = home === undefined ? mkdtempSync(resolve('.strongroom-fuzz-')) : undefined;
  const cluster =
    own === undefined
      ? await LocalCluster.attach(home!)
      : await LocalCluster.start({ home: own, environment: { STRONGROOM_OIDC_ISSUERS: ISSUERS.join() } });
  if (cluster === undefined) throw new Error(`no cluster runs from ${home}`);
  try {
    const limit = minutes ?? (count === undefined ? MINUTES : undefined);
    const result = await run({
      cluster,
      seed,
      issuers: own === undefined ? [] : ISSUERS,
      only,
      count: count ?? Infinity,
      rotations: wanted,
      ...(limit === undefined ? {} : { until: Date.now() + limit * 60_000 }),
      say: (line) => console.log(line),
    });
    const { report, plans, requests, rotations, seconds, statuses, memory } = result;
    const figures = { plans, requests, rotations, seconds: Math.round(seconds), statuses, memory };
    console.log(
      `\nSeed ${seed}: ${requests} requests of ${plans} plans and ${rotations} rotations in ${figures.seconds} s, ${Math.round(requests / seconds)} a second`,
    );
    console.log(JSON.stringify({ statuses, memory }, undefined, 2));
    console.log(report.findings.length === 0 ? 'Nothing was found.' : `${report.findings.length} faults:\n${report.summary()}`);
    console.log(report.write(RESULTS, figures));
    return report.findings.length === 0;
  } finally {
    if (own !== undefined) {
      await cluster.stop();
      rmSync(own, { recursive: true, force: true });
    }
  }
}
