import { setTimeout as sleep } from 'node:timers/promises';
import { type Processes, type Usage, usageOfAll, usedBetween } from '@strongroom/local-cluster';

/** What a cluster costs to which nobody speaks, by server. */
export interface AtRest {
  seconds: number;
  used: Record<string, Usage>;
}

/** After this, what a start leaves to do is done. Milliseconds. */
const SETTLING = 5_000;

export const measureAtRest = async (servers: Processes, seconds: number): Promise<AtRest> => {
  await sleep(SETTLING);
  const before = usageOfAll(servers);
  await sleep(seconds * 1_000);
  return { seconds, used: Object.fromEntries(usedBetween(before, usageOfAll(servers))) };
};
