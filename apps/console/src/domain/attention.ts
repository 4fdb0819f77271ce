import { DAY, MINUTE } from '@strongroom/clock';
import type {
  CanaryRead,
  EndingCertificate,
  FailedRotation,
  Findings,
  OverdueRotation,
  PlannedDeletion,
} from '@strongroom/console-api';
import type { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
import type { SecretListEntry } from '@strongroom/contracts/strongroom/secrets/v1/secrets';

/** What a part of Home shows at most. */
export const MAX_OF_A_PART = 20;
/** A rotation that is due starts within seconds; it is overdue after this time. Milliseconds. */
const OVERDUE_AFTER = 10 * MINUTE;
/** Certificates that end within this time need attention. Milliseconds. */
const SOON = 30 * DAY;

/** The first of them, and whether there are others, or may be. */
export function findings<T>(items: readonly T[], mayBeMore = false): Findings<T> {
  return { items: items.slice(0, MAX_OF_A_PART), more: mayBeMore || items.length > MAX_OF_A_PART };
}

/** The failures, newest first, of secrets that have not been rotated since. Events are newest first. */
export function failedRotations(failed: readonly Event[], succeeded: readonly Event[]): FailedRotation[] {
  const since = latest(succeeded);
  return eachSecretOnce(failed)
    .filter(({ arn, event }) => timeOf(event) > (since.get(arn) ?? 0))
    .map(({ arn, event }) => ({
      arn,
      name: secretNameOf(arn),
      failedAt: event.eventTime!,
      errorCode: event.errorCode,
      errorMessage: event.errorMessage,
    }));
}

/** The secrets that will be gone, the next one first. Events are newest first. */
export function plannedDeletions(deleted: readonly Event[], restored: readonly Event[], now: number): PlannedDeletion[] {
  const since = latest(restored);
  return eachSecretOnce(deleted)
    .filter(({ arn, event }) => event.errorCode === '' && timeOf(event) > (since.get(arn) ?? 0))
    .flatMap(({ arn, event }) => {
      const days = Number(event.requestParameters['recoveryWindowInDays']);
      const purgeAt = timeOf(event) + days * DAY;
      return purgeAt > now ? [{ arn, name: secretNameOf(arn), purgeDate: new Date(purgeAt) }] : [];
    })
    .sort((one, other) => one.purgeDate.getTime() - other.purgeDate.getTime());
}

/** Those that are due longest first. */
export function overdueRotations(secrets: readonly SecretListEntry[], now: number): OverdueRotation[] {
  return secrets
    .flatMap(({ arn, name, rotationEnabled, nextRotationDate, deletedDate }) =>
      rotationEnabled === true &&
      deletedDate === undefined &&
      nextRotationDate &&
      nextRotationDate.getTime() + OVERDUE_AFTER < now
        ? [{ arn, name, dueSince: nextRotationDate }]
        : [],
    )
    .sort((one, other) => one.dueSince.getTime() - other.dueSince.getTime());
}

/** The reads of canaries among the events about them, newest first. */
export function canaryReads(events: readonly Event[]): CanaryRead[] {
  return events
    .flatMap((event) => {
      const arn = event.requestParameters['canary'];
      if (arn === undefined || event.errorCode !== '') return [];
      const { eventId, eventTime, userIdentity, sourceIpAddress } = event;
      const readBy = userIdentity?.arn ?? '';
      return [{ arn, name: secretNameOf(arn), eventId, readAt: eventTime!, readBy, sourceIp: sourceIpAddress }];
    })
    .sort((one, other) => other.readAt.getTime() - one.readAt.getTime());
}

/** Those that end soon, or have ended, the next one first. */
export function endingCertificates(certificates: readonly EndingCertificate[], now: number): EndingCertificate[] {
  return certificates
    .filter(({ endsAt }) => endsAt.getTime() - now < SOON)
    .sort((one, other) => one.endsAt.getTime() - other.endsAt.getTime());
}

const timeOf = ({ eventTime }: Event): number => eventTime?.getTime() ?? 0;
const secretOf = ({ resources }: Event): string => resources.find(({ arn }) => arn.includes(':secret:'))?.arn ?? '';

/** The newest event of each secret. */
function eachSecretOnce(events: readonly Event[]): { arn: string; event: Event }[] {
  const newest = new Map<string, Event>();
  for (const event of events) {
    const arn = secretOf(event);
    if (arn !== '' && !newest.has(arn)) newest.set(arn, event);
  }
  return [...newest].map(([arn, event]) => ({ arn, event }));
}

function latest(events: readonly Event[]): ReadonlyMap<string, number> {
  return new Map(eachSecretOnce(events).map(({ arn, event }) => [arn, timeOf(event)]));
}

/** `production/orders-db` of `arn:aws:secretsmanager:us-east-1:000000000000:secret:production/orders-db-AbCdEf`. */
function secretNameOf(arn: string): string {
  return arn
    .split(':')
    .slice(6)
    .join(':')
    .replace(/-\w{6}$/, '');
}
