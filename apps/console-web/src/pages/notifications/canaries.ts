import { DAY } from '@strongroom/clock';

/** With the value `true` it makes a secret a canary. */
export const CANARY_TAG = 'strongroom:canary';
/** The ready-made rule that tells of reads. */
export const CANARY_RULE = 'strongroom-canary-read';

/** Each canary costs a lookup. */
const MAX_CANARIES = 20;
const MAX_AGE = 30 * DAY;

interface Read {
  readonly requestParameters: Readonly<Record<string, string>>;
  readonly sequence: bigint;
  readonly eventId: string;
}

/**
 * Who read canaries in the last 30 days, newest first. The events of such reads name the canary, so calls that only describe one
 * are left out.
 */
export async function canaryReadsOf<E extends Read>(
  arns: readonly string[],
  lookup: (filter: { resource: string; startTime: Date }) => Promise<{ events: readonly E[] }>,
  now: number,
): Promise<E[]> {
  const startTime = new Date(now - MAX_AGE);
  const found = await Promise.all(arns.slice(0, MAX_CANARIES).map((resource) => lookup({ resource, startTime })));
  const reads = found.flatMap(({ events }) =>
    events.filter(({ requestParameters }) => requestParameters['canary'] !== undefined),
  );
  // A read of several canaries is found with each of them.
  const once = [...new Map(reads.map((read) => [read.eventId, read])).values()];
  return once.sort((one, other) => Number(other.sequence - one.sequence));
}
