import { noIdentity } from '@strongroom/audit-trail';
import { STATE_CHANGE } from '@strongroom/cloudtrail-record';
import { compilePattern } from '@strongroom/event-pattern';
import type { AlarmSettings } from '../alarms/alarm';
import { requireSettings } from '../alarms/alarm-rules';
import type { TrailEvent } from '../trail-event';
import { asJson, bridgeEvent } from './bridge-event';
import { readyMadeRules } from './ready-made-rules';
import type { Rule, RuleState, TargetSettings } from './rule';
import type { RuleStore, Within } from './rule-store.port';
import { WithReadyMadeRules } from './with-ready-made-rules';

const ACCOUNT = '000000000000';
const within: Within = { beforeCommit: () => Promise.resolve(), deadline: 0 };

/** Rules in memory, without what these tests do not need. */
class FakeRules implements Partial<RuleStore> {
  readonly stored = new Map<string, Rule>();
  readonly targetsOf = new Map<string, string[]>();

  find(_account: string, name: string) {
    return Promise.resolve(this.stored.get(name));
  }
  list(_account: string, prefix: string, after: string, limit: number) {
    const all = [...this.stored.values()].filter(({ name }) => name > after && name.startsWith(prefix));
    return Promise.resolve(all.sort((one, other) => (one.name < other.name ? -1 : 1)).slice(0, limit));
  }
  async put(rule: Rule) {
    this.stored.set(rule.name, rule);
  }
  async setState(_account: string, name: string, state: RuleState) {
    const rule = this.stored.get(name);
    if (!rule) throw new Error(`no rule ${name}`);
    this.stored.set(name, { ...rule, state });
  }
  async putTargets(_account: string, name: string, targets: readonly TargetSettings[]) {
    if (!this.stored.has(name)) throw new Error(`no rule ${name}`);
    this.targetsOf.set(
      name,
      targets.map(({ id }) => id),
    );
    return [];
  }
  async remove(_account: string, name: string) {
    this.stored.delete(name);
  }
}

const made: AlarmSettings[] = [];
const alarms = { ensure: (_account: string, settings: AlarmSettings) => Promise.resolve(void made.push(settings)) };
let fake: FakeRules;
let rules: WithReadyMadeRules;
beforeEach(() => {
  made.length = 0;
  fake = new FakeRules();
  rules = new WithReadyMadeRules(fake as unknown as RuleStore, alarms);
});
const own = (name: string): Rule => ({
  ...{ accountId: ACCOUNT, name, description: '', eventPattern: '{"source":["aws.kms"]}', state: 'ENABLED' as const },
  ...{ roleArn: '', managedBy: '', tags: {} },
});

describe('ready-made rules', () => {
  it('are there for every account, off, and stored nowhere', async () => {
    const listed = await rules.list(ACCOUNT, '', '', 100);
    expect(listed.map(({ name }) => name)).toEqual(readyMadeRules.map(({ name }) => name));
    expect(new Set(listed.map(({ state, managedBy }) => `${state} ${managedBy}`))).toEqual(new Set(['DISABLED strongroom']));
    expect(await rules.find(ACCOUNT, 'strongroom-root-used')).toMatchObject({ state: 'DISABLED', managedBy: 'strongroom' });
    expect(fake.stored.size).toBe(0);
  });

  it('are listed among others once, page by page', async () => {
    for (const name of ['a', 'strongroom-rotation-now', 'z']) await rules.put(own(name), within);
    await rules.setState(ACCOUNT, 'strongroom-rotation-failed', 'ENABLED', within);
    const expected = ['a', ...readyMadeRules.map(({ name }) => name), 'strongroom-rotation-now', 'z'].sort();
    for (const limit of [1, 2, 3, 100]) {
      const names: string[] = [];
      for (let page = await rules.list(ACCOUNT, '', '', limit); page.length > 0;) {
        names.push(...page.map(({ name }) => name));
        page = await rules.list(ACCOUNT, '', names.at(-1)!, limit);
      }
      expect([limit, names]).toEqual([limit, expected]);
    }
    expect((await rules.list(ACCOUNT, 'strongroom-rotation', '', 100)).map(({ name, state }) => [name, state])).toEqual([
      ['strongroom-rotation-failed', 'ENABLED'],
      ['strongroom-rotation-now', 'ENABLED'],
      ['strongroom-rotation-succeeded', 'DISABLED'],
    ]);
  });

  it('are switched on and given targets like others, and see reads where they are about reads', async () => {
    await rules.putTargets(ACCOUNT, 'strongroom-canary-read', [{ id: 'one' } as TargetSettings], within);
    await rules.setState(ACCOUNT, 'strongroom-canary-read', 'ENABLED', within);
    expect(await rules.find(ACCOUNT, 'strongroom-canary-read')).toMatchObject({
      state: 'ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS',
      managedBy: 'strongroom',
    });
    await rules.setState(ACCOUNT, 'strongroom-canary-read', 'DISABLED', within);
    expect((await rules.find(ACCOUNT, 'strongroom-canary-read'))?.state).toBe('DISABLED');
    await rules.remove(ACCOUNT, 'strongroom-canary-read', within);
    expect((await rules.find(ACCOUNT, 'strongroom-canary-read'))?.state).toBe('DISABLED');
  });

  it('make the alarm that they are told by when they are switched on', async () => {
    const burst = 'strongroom-refusals-in-a-burst';
    await rules.setState(ACCOUNT, burst, 'DISABLED', within);
    expect(made).toEqual([]);
    await rules.setState(ACCOUNT, burst, 'ENABLED', within);
    expect(made).toMatchObject([{ name: burst, threshold: 100, periodSeconds: 300 }]);
    requireSettings(made[0]!, { accountId: ACCOUNT, isTarget: () => true });
  });
});

describe('what ready-made rules match', () => {
  const event = (given: Partial<TrailEvent>): TrailEvent => ({
    ...{ sequence: 1, hash: Buffer.alloc(32), eventId: 'e', eventTime: new Date(0), awsRegion: 'us-east-1', readOnly: false },
    ...{ eventSource: 'secretsmanager.amazonaws.com', eventName: '', recipientAccountId: ACCOUNT, sourceIpAddress: '127.0.0.1' },
    ...{ userIdentity: { ...noIdentity, type: 'IAMUser' as const, arn: `arn:aws:iam::${ACCOUNT}:user/ada` }, userAgent: '' },
    ...{ requestId: '', resources: [], requestParameters: {}, responseElements: {}, errorCode: '', errorMessage: '' },
    ...given,
  });
  const refused = { errorCode: 'AccessDeniedException', errorMessage: 'no' };
  const byService = {
    userIdentity: { ...noIdentity, type: 'AWSService' as const, principalId: 'notification-service' },
    sourceIpAddress: '',
  };
  const root = { userIdentity: { ...noIdentity, type: 'IAMUser' as const, arn: `arn:aws:iam::${ACCOUNT}:root` } };
  const change = (alarmName: string, state: string) => ({
    ...{ ...byService, eventSource: 'monitoring.amazonaws.com', eventName: STATE_CHANGE },
    requestParameters: { alarmName, state, reason: '', previousState: 'OK' },
  });

  it.each<[Partial<TrailEvent>, string[]]>([
    [{ eventName: 'GetSecretValue', requestParameters: { canary: 'arn' } }, ['canary-read']],
    [{ eventName: 'BatchGetSecretValue', requestParameters: { canary: 'arn' } }, ['canary-read']],
    [{ eventName: 'GetSecretValue', requestParameters: { secretId: 'canary' } }, []],
    [{ eventSource: 'kms.amazonaws.com', eventName: 'ScheduleKeyDeletion' }, ['key-scheduled-for-deletion']],
    [{ eventSource: 'kms.amazonaws.com', eventName: 'ScheduleKeyDeletion', ...refused }, []],
    [{ eventName: 'PutResourcePolicy', requestParameters: { publicAccess: 'true' } }, ['policy-opened-to-the-public']],
    [{ eventName: 'PutResourcePolicy', requestParameters: { publicAccess: 'true' }, ...refused }, []],
    [
      { eventSource: 'kms.amazonaws.com', eventName: 'PutKeyPolicy', requestParameters: { publicAccess: 'true' } },
      ['policy-opened-to-the-public'],
    ],
    [{ eventName: 'PutResourcePolicy' }, []],
    [{ eventName: 'ListSecrets', ...root }, ['root-used']],
    [{ eventName: 'RotationFailed', ...byService, errorCode: 'TargetUnreachable', errorMessage: 'x' }, ['rotation-failed']],
    [{ eventName: 'RotationSucceeded', ...byService }, ['rotation-succeeded']],
    [{ eventName: 'DeleteSecret' }, ['secret-deleted-or-restored']],
    [{ eventName: 'RestoreSecret' }, ['secret-deleted-or-restored']],
    [{ eventName: 'EndSecretVersionDelete', ...byService }, ['secret-deleted-or-restored']],
    [{ eventName: 'DeleteSecret', ...refused }, []],
    [change('strongroom-refusals-in-a-burst', 'ALARM'), ['refusals-in-a-burst']],
    [change('strongroom-refusals-in-a-burst', 'OK'), []],
    [change('another', 'ALARM'), []],
  ])('%j', (given, names) => {
    const bridged = asJson(bridgeEvent(event(given)));
    const matching = readyMadeRules.filter(({ eventPattern }) => compilePattern(eventPattern).matches(bridged));
    expect(matching.map(({ name }) => name.slice('strongroom-'.length))).toEqual(names);
  });
});
