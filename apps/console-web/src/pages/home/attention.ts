import type { Overview, Part, Problem } from '@strongroom/console-api';
import { DAY } from '@strongroom/clock';

/** What needs attention, the most pressing first. */
export const FINDINGS = [
  'canaryReads',
  'failedRotations',
  'certificates',
  'overdueRotations',
  'plannedDeletions',
] as const satisfies readonly (keyof Overview)[];
export type FindingKind = (typeof FINDINGS)[number];

/** A part that the person may not see, or that could not be found out. */
export interface RefusedPart {
  readonly kind: keyof Overview;
  readonly problem: Problem;
}

const STALE_AFTER = 30 * DAY;

/** The kinds of which there is something, most pressing first. */
export const kindsWithFindings = (overview: Overview): FindingKind[] =>
  FINDINGS.filter((kind) => {
    const part: Part<{ items: readonly unknown[] }> = overview[kind];
    return part.known && part.value.items.length > 0;
  });

/** What is not known, and why. */
export const refusedParts = (overview: Overview): RefusedPart[] =>
  [...FINDINGS, 'trail' as const].flatMap((kind) => {
    const part: Part<unknown> = overview[kind];
    return part.known ? [] : [{ kind, problem: part.problem }];
  });

/** Whether nobody has verified a trail that has events for a month. */
export function isVerificationStale({ trail }: Overview, now: number): boolean {
  if (!trail.known || trail.value.events === 0n) return false;
  const { verifiedAt } = trail.value;
  return verifiedAt === undefined || now - verifiedAt.getTime() > STALE_AFTER;
}
