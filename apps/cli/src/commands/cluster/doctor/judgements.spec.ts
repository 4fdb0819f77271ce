import { judgeTimes } from './certificate.check';
import { judgeClock } from './clock.check';
import { type Container, containersIn, judgeContainers, judgeVolume } from './compose.check';
import { bySeverity, findingsOf, ok, problem, warning } from './finding';
import { judgeCoreLimit, judgeDisk, judgeMemory } from './machine.check';
import { judgeAudit, judgeMetrics, judgeRootKey, judgeVersions, samplesOf } from './metrics.check';
import { endpointsOf } from './service.check';
import { judgeMariaDb, judgeRedis } from './store.check';

const NOW = Date.parse('2026-06-01T00:00:00Z');
const DAY = 86_400_000;
const GIB = 2 ** 30;
const after = (days: number) => new Date(NOW + days * DAY);

it.each([
  [30, 'ok'],
  [13, 'warning'],
  [-1, 'problem'],
])('judges a certificate with %i days left: %s', (days, severity) => {
  const times = { validFrom: after(-60), validTo: after(days) };
  expect(judgeTimes('x', times, { now: NOW, remedy: 'renew' }).severity).toBe(severity);
});

it('judges a certificate from the future, and one of a CA, more strictly', () => {
  expect(judgeTimes('x', { validFrom: after(1), validTo: after(60) }, { now: NOW, remedy: '' }).finding).toMatch(
    /valid only from/,
  );
  const ca = { validFrom: after(-1), validTo: after(100) };
  expect(judgeTimes('CA', ca, { now: NOW, remedy: '', isAuthority: true }).severity).toBe('warning');
});

it.each([
  // Their header has whole seconds, so a second is no difference.
  [NOW, NOW, NOW + 10, 'ok'],
  [NOW, NOW + 900, NOW + 950, 'ok'],
  [NOW + 60_000, NOW, NOW + 10, 'warning'],
  [NOW - 600_000, NOW, NOW + 10, 'problem'],
  // A slow answer proves nothing.
  [NOW + 3_000, NOW, NOW + 4_000, 'ok'],
])('judges the clock: theirs %i, asked at %i, answered at %i', (theirs, sentAt, answeredAt, severity) => {
  expect(judgeClock('clock', theirs, sentAt, answeredAt).severity).toBe(severity);
});

it('says which way the clock is wrong', () => {
  expect(judgeClock('clock', NOW + 600_000, NOW, NOW).finding).toBe(
    'The clock of this machine is 600 s behind that of the cluster.',
  );
  expect(judgeClock('clock', NOW - 601_000, NOW, NOW).finding).toBe(
    'The clock of this machine is 600 s ahead of that of the cluster.',
  );
});

it('reads samples with and without labels', () => {
  const text = '# HELP x y\nstrongroom_x{service="a\\"b",kind="forged"} 3\nstrongroom_x_more 9\nstrongroom_y 1.5\n';
  expect(samplesOf(text, 'strongroom_x')).toEqual([{ labels: { service: 'a\\"b', kind: 'forged' }, value: 3 }]);
  expect(samplesOf(text, 'strongroom_y')).toEqual([{ labels: {}, value: 1.5 }]);
});

const audit = (entries: string, lag: string, more = '') =>
  judgeAudit('audit', `strongroom_audit_journal_entries ${entries}\nstrongroom_audit_lag_seconds ${lag}\n${more}`).map(
    ({ severity }) => severity,
  );

it('judges the audit trail', () => {
  expect(audit('0', '500')).toEqual(['ok']);
  expect(audit('12', '0.4')).toEqual(['ok']);
  expect(audit('12', '31')).toEqual(['warning']);
  expect(audit('NaN', '0')).toEqual(['warning']);
  expect(audit('0', '0', 'strongroom_audit_journal_incidents_total{kind="forged"} 2\n')).toEqual(['ok', 'problem']);
  expect(audit('0', '0', 'strongroom_audit_seal_failures_total 1\n')).toEqual(['ok', 'warning']);
});

it('judges root keys and versions', () => {
  expect(judgeRootKey('keys', 'strongroom_root_key_sealed{service="k"} 1\n')).toHaveLength(1);
  expect(judgeRootKey('keys', 'strongroom_root_key_sealed{service="k"} 0\n')).toEqual([]);
  const versions = (...all: string[]) => new Map(all.map((version, at) => [`s${at}`, version]));
  expect(judgeVersions(versions('1', '1'), '1')[0]!.severity).toBe('ok');
  expect(judgeVersions(versions('1', '2'), '1')[0]!.finding).toContain('s0 1, s1 2');
  expect(judgeVersions(versions('1', '1'), '2')[0]!.severity).toBe('warning');
  expect(judgeVersions(new Map(), '1')[0]!.severity).toBe('unknown');
});

it('judges disk, memory and core files', () => {
  expect([100 * GIB, 3 * GIB, GIB, 0].map((free) => judgeDisk('disk', free, 100 * GIB).severity)).toEqual([
    'ok',
    'warning',
    'warning',
    'problem',
  ]);
  expect([GIB, GIB / 4, GIB / 16].map((free) => judgeMemory(free).severity)).toEqual(['ok', 'warning', 'problem']);
  const limits = (soft: string) =>
    `Limit Soft\nMax core file size        ${soft}                    unlimited            bytes\n`;
  expect(['0', 'unlimited'].map((soft) => judgeCoreLimit('shell', limits(soft)).severity)).toEqual(['ok', 'warning']);
});

it('knows MariaDB and Redis by what they say, and another program on their port', () => {
  const greeting = Buffer.concat([Buffer.from([80, 0, 0, 0, 0x0a]), Buffer.from('5.5.5-10.11.6-MariaDB\0rest')]);
  expect(judgeMariaDb('db', greeting, 'start')).toMatchObject({ severity: 'ok', finding: 'It answers (10.11.6-MariaDB).' });
  const full = Buffer.concat([Buffer.from([9, 0, 0, 0, 0xff, 0x10, 0x04]), Buffer.from('Too many connections')]);
  expect(judgeMariaDb('db', full, 'start').finding).toContain('Too many connections');
  expect(judgeMariaDb('db', Buffer.from('SSH-2.0-OpenSSH\r\n'), 'start').finding).toMatch(/Another program/);
  expect(judgeMariaDb('db', undefined, 'start')).toMatchObject({ severity: 'problem', remedy: 'start' });
  const redis = (answer?: string) =>
    judgeRedis('redis', answer === undefined ? undefined : Buffer.from(answer), 'start').severity;
  expect([redis('+PONG\r\n'), redis('-NOAUTH Authentication required.\r\n'), redis('HTTP/1.1 400'), redis()]).toEqual([
    'ok',
    'ok',
    'problem',
    'problem',
  ]);
});

it('reads addresses', () => {
  expect(endpointsOf('localhost:7410')).toEqual([{ host: 'localhost', port: 7410 }]);
  expect(endpointsOf('dns:///secrets-api:7400')).toEqual([{ host: 'secrets-api', port: 7400 }]);
  expect(endpointsOf('10.0.0.1:1,10.0.0.2:2')).toHaveLength(2);
  expect(endpointsOf('[::1]:7410')).toEqual([{ host: '::1', port: 7410 }]);
});

it('reads what compose tells, in both of its forms', () => {
  const container = (State: string, Health: string, ExitCode = 0): Container => ({
    ...{ ID: 'a1', Name: `strongroom-x-${State}${ExitCode}`, Service: State === 'running' ? 'x' : `y${ExitCode}` },
    ...{ State, Health, ExitCode },
  });
  const all = [
    container('running', 'healthy'),
    container('exited', ''),
    container('running', 'unhealthy'),
    container('exited', '', 1),
  ];
  for (const output of [JSON.stringify(all), all.map((one) => JSON.stringify(one)).join('\n')]) {
    expect(judgeContainers(containersIn(output)).map(({ severity, subject }) => `${severity} ${subject}`)).toEqual([
      'ok container strongroom-x-running0',
      'ok container y0',
      'problem container strongroom-x-running0',
      'problem container y1',
    ]);
  }
  expect(judgeContainers(containersIn(''))[0]!.severity).toBe('problem');
});

it('reads how much room there is in a container', () => {
  const df = (free: number) =>
    `Filesystem     1024-blocks      Used Available Capacity Mounted on\n/dev/vda         263174212  27  ${free}      30% /var\n`;
  expect(judgeVolume(df(100_000_000))).toMatchObject([{ severity: 'ok', finding: '95.4 GiB of 251.0 GiB are free.' }]);
  expect(judgeVolume(df(1_000))[0]!.severity).toBe('problem');
  expect(judgeVolume('')[0]!.severity).toBe('unknown');
});

it('judges what all programs tell, and leaves out those that tell nothing', () => {
  const told = (name: string, text?: string) => ({ program: 'identity-service', name, text });
  const info = 'strongroom_build_info{version="1"} 1\n';
  const all = [told('one', info), told('two', `${info}strongroom_root_key_sealed 1\n`), told('three')];
  expect(judgeMetrics(all, '1', ' of the containers').map(({ severity, subject }) => `${severity} ${subject}`)).toEqual([
    'problem two',
    'ok versions of the containers',
  ]);
  expect(judgeMetrics([{ ...told('four', info), program: 'audit-service' }], '1')[0]).toMatchObject({ subject: 'audit trail' });
});

it('puts the worst first, and makes a finding of a check that fails', async () => {
  const all = [ok('a', ''), problem('b', '', ''), warning('c', '', '')];
  expect(bySeverity(all).map(({ subject }) => subject)).toEqual(['b', 'c', 'a']);
  const broken = await findingsOf('x', () => {
    throw new Error('no such file');
  });
  expect(broken).toMatchObject([{ severity: 'unknown', finding: expect.stringContaining('no such file') }]);
});
