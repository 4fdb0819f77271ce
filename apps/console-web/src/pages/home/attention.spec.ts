import type { Overview } from '@strongroom/console-api';
import { isVerificationStale, kindsWithFindings, refusedParts } from './attention';

const NOW = Date.parse('2026-11-30T00:00:00Z');
const nothing = { known: true, value: { items: [], more: false } } as const;
const calm: Overview = {
  failedRotations: nothing,
  overdueRotations: nothing,
  plannedDeletions: nothing,
  canaryReads: nothing,
  certificates: nothing,
  trail: { known: true, value: { events: 9n, verifiedAt: new Date(NOW - 1_000) } },
};
const refused = { known: false, problem: { kind: 'permission-denied', reason: 'AccessDeniedException', message: 'no' } } as const;

it('is calm when there is nothing', () => {
  expect(kindsWithFindings(calm)).toEqual([]);
  expect(refusedParts(calm)).toEqual([]);
  expect(isVerificationStale(calm, NOW)).toBe(false);
});

it('puts what presses most first', () => {
  const secret = { arn: 'a', name: 'a' };
  const overview: Overview = {
    ...calm,
    plannedDeletions: { known: true, value: { items: [{ ...secret, purgeDate: new Date(NOW) }], more: false } },
    certificates: { known: true, value: { items: [{ of: 'secrets-api', endsAt: new Date(NOW) }], more: false } },
    canaryReads: refused,
  };
  expect(kindsWithFindings(overview)).toEqual(['certificates', 'plannedDeletions']);
  expect(refusedParts(overview)).toEqual([{ kind: 'canaryReads', problem: refused.problem }]);
});

it('wants a trail to be verified once a month, and not one that is empty', () => {
  const verified = (verifiedAt: Date | undefined, events = 9n) =>
    isVerificationStale({ ...calm, trail: { known: true, value: { events, ...(verifiedAt && { verifiedAt }) } } }, NOW);
  expect(verified(undefined)).toBe(true);
  expect(verified(new Date(NOW - 29 * 86_400_000))).toBe(false);
  expect(verified(new Date(NOW - 31 * 86_400_000))).toBe(true);
  expect(verified(undefined, 0n)).toBe(false);
  expect(isVerificationStale({ ...calm, trail: refused }, NOW)).toBe(false);
});
