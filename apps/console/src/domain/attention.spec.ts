import { DAY, HOUR, MINUTE } from '@strongroom/clock';
import { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { SecretListEntry } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import {
  canaryReads,
  endingCertificates,
  failedRotations,
  findings,
  MAX_OF_A_PART,
  overdueRotations,
  plannedDeletions,
} from './attention';

const NOW = Date.UTC(2026, 10, 24);
const arnOf = (name: string) => `arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}-AbCdEf`;
const event = (name: string, ageMs: number, more: Parameters<typeof Event.fromPartial>[0] = {}): Event =>
  Event.fromPartial({ eventTime: new Date(NOW - ageMs), resources: [{ arn: arnOf(name) }], ...more });

it('shows the failed rotation of each secret that has not been rotated since', () => {
  const failed = [
    event('app/db', HOUR, { errorCode: 'AccessDenied', errorMessage: 'no' }),
    event('app/db', 2 * HOUR),
    event('mended', 3 * HOUR),
    event('again', HOUR),
  ];
  const succeeded = [event('mended', 2 * HOUR), event('again', 5 * HOUR)];
  expect(failedRotations(failed, succeeded)).toEqual([
    { arn: arnOf('app/db'), name: 'app/db', failedAt: new Date(NOW - HOUR), errorCode: 'AccessDenied', errorMessage: 'no' },
    expect.objectContaining({ name: 'again' }),
  ]);
});

it('shows the secrets that can still be restored, the next to go first', () => {
  const window = (days: string) => ({ requestParameters: { recoveryWindowInDays: days } });
  const deleted = [
    event('late', DAY, window('30')),
    event('soon', 6 * DAY, window('7')),
    event('gone', 8 * DAY, window('7')),
    event('restored', 2 * DAY, window('7')),
    event('forced', DAY),
    event('refused', DAY, { ...window('7'), errorCode: 'AccessDeniedException' }),
  ];
  expect(plannedDeletions(deleted, [event('restored', DAY)], NOW)).toEqual([
    { arn: arnOf('soon'), name: 'soon', purgeDate: new Date(NOW + DAY) },
    { arn: arnOf('late'), name: 'late', purgeDate: new Date(NOW + 29 * DAY) },
  ]);
});

it('shows rotations that should have begun, and no others', () => {
  const secret = (name: string, ageMs: number, more: object = {}) =>
    SecretListEntry.fromPartial({ name, rotationEnabled: true, nextRotationDate: new Date(NOW - ageMs), ...more });
  const secrets = [
    secret('an hour', HOUR),
    secret('a day', DAY),
    secret('just now', MINUTE),
    secret('tomorrow', -DAY),
    secret('off', DAY, { rotationEnabled: false }),
    secret('deleted', DAY, { deletedDate: new Date(NOW) }),
    SecretListEntry.fromPartial({ name: 'never', rotationEnabled: true }),
  ];
  expect(overdueRotations(secrets, NOW).map(({ name }) => name)).toEqual(['a day', 'an hour']);
});

it('shows reads of canaries, the newest first', () => {
  const read = (ageMs: number, more: object = {}) =>
    event('bait', ageMs, { eventId: `${ageMs}`, requestParameters: { canary: arnOf('bait') }, ...more });
  const events = [
    read(2),
    read(1, { userIdentity: { arn: 'arn:…:user/eve' } }),
    read(3, { errorCode: 'AccessDenied' }),
    event('bait', 4),
  ];
  expect(canaryReads(events)).toMatchObject([{ eventId: '1', readBy: 'arn:…:user/eve', name: 'bait' }, { eventId: '2' }]);
});

it('shows certificates that end within 30 days, or have ended', () => {
  const all = [-1, 29, 31].map((days) => ({ of: `${days}`, endsAt: new Date(NOW + days * DAY) }));
  expect(endingCertificates(all.reverse(), NOW).map(({ of }) => of)).toEqual(['-1', '29']);
});

it('shows so many of each, and says that there are more', () => {
  const many = Array.from({ length: MAX_OF_A_PART + 1 }, (_, index) => index);
  expect(findings(many)).toEqual({ items: many.slice(0, MAX_OF_A_PART), more: true });
  expect(findings(many.slice(1))).toMatchObject({ more: false });
  expect(findings([], true)).toEqual({ items: [], more: true });
});
