import type { Run } from './rotation-run';
import { byUrgency, dueInMonth, type ListedSecret, stateOfSecret } from './rotating-secret';

const now = new Date('2026-03-10T12:00:00Z');
const secret = (part: Partial<ListedSecret> = {}) =>
  ({ name: 'a', secretVersionsToStages: { one: { stages: ['AWSCURRENT'] } }, ...part }) as ListedSecret;
const pending = { one: { stages: ['AWSCURRENT'] }, two: { stages: ['AWSPENDING'] } };
const run = (state: number) => ({ state }) as Run;
const at = (text: string) => ({ nextRotationDate: new Date(text) });

it.each([
  [secret(at('2026-03-12T23:59:59Z')), undefined, 'scheduled'],
  [secret(at('2026-03-10T11:00:00Z')), undefined, 'overdue'],
  [secret(at('2026-03-10T11:58:00Z')), undefined, 'scheduled'],
  [secret(), undefined, 'onDemand'],
  [secret({ secretVersionsToStages: pending }), undefined, 'pending'],
  [secret({ secretVersionsToStages: pending }), run(3), 'failed'],
  [secret({ secretVersionsToStages: pending }), run(1), 'running'],
  [secret({ secretVersionsToStages: { one: { stages: ['AWSCURRENT', 'AWSPENDING'] } } }), run(2), 'onDemand'],
])('sees the state of %#', (one, newest, state) => expect(stateOfSecret(one, newest, now)).toBe(state));

it('puts first what needs somebody', () => {
  const rows = [
    { state: 'scheduled' as const, secret: secret({ name: 'late', ...at('2026-04-01') }) },
    { state: 'failed' as const, secret: secret({ name: 'broken' }) },
    { state: 'scheduled' as const, secret: secret({ name: 'soon', ...at('2026-03-11') }) },
  ];
  expect(rows.sort(byUrgency).map(({ secret: { name } }) => name)).toEqual(['broken', 'soon', 'late']);
});

it('finds what is due in a month', () => {
  const secrets = [
    secret({ name: 'days', rotationRules: { automaticallyAfterDays: 7n }, ...at('2026-03-12T23:59:59Z') }),
    secret({ name: 'weekly', rotationRules: { scheduleExpression: 'cron(0 3 ? * SUN *)' }, ...at('2026-03-15T23:59:59Z') }),
    secret({ name: 'hours', rotationRules: { scheduleExpression: 'rate(12 hours)' }, ...at('2026-03-11T00:59:59Z') }),
    secret({ name: 'demand' }),
  ];
  const due = dueInMonth(secrets, now, now);
  const daysOf = (name: string) =>
    [...due].filter(([, all]) => all.some((one) => one.name === name)).map(([day]) => day.slice(8));
  expect(daysOf('days').sort()).toEqual(['12', '19', '26']);
  expect(daysOf('weekly').sort()).toEqual(['15', '22', '29']);
  expect(due.get('2026-03-20')?.find(({ name }) => name === 'hours')?.windows).toHaveLength(2);
  expect(daysOf('demand')).toEqual([]);
  const april = dueInMonth(secrets, new Date('2026-04-01'), now);
  expect([...april.keys()].filter((day) => april.get(day)!.some(({ name }) => name === 'days')).sort()).toEqual([
    '2026-04-02',
    '2026-04-09',
    '2026-04-16',
    '2026-04-23',
    '2026-04-30',
  ]);
});
