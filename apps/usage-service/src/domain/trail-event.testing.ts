import { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
import type { TrailEvent } from '@strongroom/trail-consumer';

export const ACCOUNT = '000000000000';
export const OTHER_ACCOUNT = '111111111111';
export const SECRET_TYPE = 'AWS::SecretsManager::Secret';

export const secretArn = (name: string, accountId = ACCOUNT): string =>
  `arn:aws:secretsmanager:us-east-1:${accountId}:secret:${name}-AbCdEf`;
export const userArn = (name: string, accountId = ACCOUNT): string => `arn:aws:iam::${accountId}:user/${name}`;

type Partly<T> = { [K in keyof T]?: T[K] };

/** A read of a secret by a user of the same account; `some` replaces what a test is about. */
export function trailEvent({
  userIdentity,
  ...some
}: Omit<Partly<TrailEvent>, 'userIdentity'> & { userIdentity?: object } = {}): TrailEvent {
  return Event.fromPartial({
    eventId: '01234567-89ab-7def-8123-456789abcdef',
    eventTime: new Date('2026-03-10T12:30:00Z'),
    eventSource: 'secretsmanager.amazonaws.com',
    eventName: 'GetSecretValue',
    recipientAccountId: ACCOUNT,
    resources: [{ arn: secretArn('db'), type: SECRET_TYPE, versionId: 'v1' }],
    readOnly: true,
    ...some,
    userIdentity: { type: 'IAMUser', arn: userArn('ada'), accountId: ACCOUNT, ...userIdentity },
  });
}

/** The UUID of a number. */
export const idOf = (number: number): string => `00000000-0000-7000-8000-${number.toString(16).padStart(12, '0')}`;
