import type { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { readersOf } from './readers';

const SECRET = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:db-a1B2c3';
const event = (minute: number, arn: string, more: Partial<Event> & { session?: string; version?: string } = {}) =>
  ({
    eventTime: new Date(Date.UTC(2026, 2, 1, 12, minute)),
    userIdentity: { arn, sessionIssuerArn: more.session ?? '', principalId: '' },
    errorCode: '',
    sourceIpAddress: '10.0.0.7',
    resources: [{ arn: SECRET, type: '', versionId: more.version ?? 'one' }],
    ...more,
  }) as unknown as Event;

it('gathers reads by who is behind them', () => {
  const events = [
    event(5, 'arn:aws:sts::0:assumed-role/app/b', { session: 'arn:aws:iam::0:role/app', version: 'two' }),
    event(4, 'arn:aws:iam::0:user/ann', { errorCode: 'AccessDeniedException', resources: [] }),
    event(3, 'arn:aws:sts::0:assumed-role/app/a', { session: 'arn:aws:iam::0:role/app', sourceIpAddress: '10.0.0.8' }),
  ];
  expect(readersOf(events, SECRET)).toEqual([
    {
      arn: 'arn:aws:iam::0:role/app',
      count: 2,
      refused: 0,
      last: events[0]!.eventTime,
      versions: ['two', 'one'],
      addresses: ['10.0.0.7', '10.0.0.8'],
    },
    { arn: 'arn:aws:iam::0:user/ann', count: 0, refused: 1, last: events[1]!.eventTime, versions: [], addresses: ['10.0.0.7'] },
  ]);
});
