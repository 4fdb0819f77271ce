import { ManualClock } from '@strongroom/clock';
import { compilePolicy, CONDITION_KEYS, type ConditionKey } from '@strongroom/policy';
import { Authorizer } from './authorizer';
import type { AccessCheck } from './access-check';
import type { Caller } from './caller';
import { serviceCaller } from './service-caller';
import { callerForTests } from './caller-for-tests.testing';
import { RecordingAuthorizer } from './recording-authorizer.testing';

const clock = new ManualClock('2026-11-24T12:00:00Z');
const authorizer = new Authorizer({ region: 'us-east-1', clock });
const secret = 'arn:aws:secretsmanager:us-east-1:000000000000:secret:db-AbCdEf';
const check: AccessCheck = { action: 'secretsmanager:GetSecretValue', resource: secret, resourceAccountId: '000000000000' };
const origin = (caller: Caller) => ({ caller, peer: { address: '10.0.0.7' }, userAgent: 'tests/1' });
const policy = (...Statement: object[]) => ({ Version: '2012-10-17', Statement });
const allow = { Effect: 'Allow', Action: '*', Resource: '*' };
const deny = { Effect: 'Deny', Action: '*', Resource: '*' };

describe('refusals', () => {
  const head = `User: arn:aws:iam::000000000000:user/tester is not authorized to perform: secretsmanager:GetSecretValue on resource: ${secret}`;
  it.each([
    ['nothing', { policies: [] }, `${head} because no identity-based policy allows the secretsmanager:GetSecretValue action`],
    ['a deny', { policies: [policy(allow, deny)] }, `${head} with an explicit deny in an identity-based policy`],
    [
      'the boundary',
      { boundary: policy({ ...allow, Action: 'kms:*' }) },
      `${head} because no permissions boundary allows the secretsmanager:GetSecretValue action`,
    ],
    ['a deny of the boundary', { boundary: policy(deny) }, `${head} with an explicit deny in a permissions boundary`],
    [
      'the session',
      { session: [policy({ ...allow, Action: 'kms:*' })] },
      `${head} because no session policy allows the secretsmanager:GetSecretValue action`,
    ],
    ['a deny of the session', { session: [policy(deny)] }, `${head} with an explicit deny in a session policy`],
  ])('by %s are worded as AWS does', (_, principal, message) => {
    const call = origin(callerForTests(principal));
    expect(() => authorizer.require(call, check)).toThrow(message);
  });

  it('by a resource policy, and with a label for the resource', () => {
    const resourcePolicy = compilePolicy(
      JSON.stringify(policy({ Effect: 'Deny', Principal: '*', Action: '*', Resource: '*' })),
      'resource',
    );
    const call = origin(callerForTests());
    expect(() => authorizer.require(call, { ...check, resourcePolicy, resourceLabel: 'the secret' })).toThrow(
      /on resource: the secret with an explicit deny in a resource-based policy$/,
    );
  });
});

it('lets through what policies allow', () => {
  expect(() => authorizer.require(origin(callerForTests()), check)).not.toThrow();
  expect(authorizer.decide(origin(callerForTests()), check)).toMatchObject({ allowed: true });
});

describe('condition keys', () => {
  const role = callerForTests({
    name: 'role/Deployer/job',
    tags: { Team: 'blue' },
    issueTime: new Date('2026-11-24T11:00:00Z'),
    policies: [],
  });
  const decides = (caller: Caller, condition: object, more: Partial<AccessCheck> = {}): boolean => {
    const identity = [compilePolicy(JSON.stringify(policy({ ...allow, Condition: condition })), 'identity')];
    return authorizer.decide(origin({ ...caller, identity }), { ...check, ...more }).allowed;
  };
  const user = callerForTests({ tags: { Team: 'red' } });

  it.each([
    [{ IpAddress: { 'aws:SourceIp': '10.0.0.0/24' } }],
    [{ StringEquals: { 'aws:UserAgent': 'tests/1' } }],
    [{ Bool: { 'aws:SecureTransport': 'true' } }],
    [{ DateEquals: { 'aws:CurrentTime': '2026-11-24T12:00:00Z' } }],
    [{ NumericEquals: { 'aws:EpochTime': '1795521600' } }],
    [{ DateEquals: { 'aws:TokenIssueTime': '2026-11-24T11:00:00Z' } }],
    [{ StringEquals: { 'aws:RequestedRegion': 'us-east-1' } }],
    [{ StringEquals: { 'aws:ResourceAccount': '000000000000' } }],
    [{ ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::000000000000:role/Deployer' } }],
    [{ StringEquals: { 'aws:PrincipalAccount': '000000000000' } }],
    [{ StringEquals: { 'aws:PrincipalType': 'AssumedRole' } }],
    [{ StringEquals: { 'aws:PrincipalTag/team': 'blue' } }],
    [{ StringEquals: { 'aws:userid': 'AROATESTTESTTESTTEST2:job' } }],
    [{ Null: { 'aws:username': 'true' } }],
    [{ Bool: { 'aws:PrincipalIsAWSService': 'false' } }],
    [{ StringEquals: { 'aws:ResourceTag/TEAM': 'green' } }],
    [{ StringEquals: { 'secretsmanager:ResourceTag/team': 'green' } }],
    [{ StringEquals: { 'secretsmanager:VersionStage': 'AWSCURRENT' } }],
  ])('%j holds', (condition) => {
    const context = { 'secretsmanager:versionstage': 'AWSCURRENT' };
    expect(decides(role, condition, { context, resourceTags: { Team: 'green' } })).toBe(true);
    expect(decides(role, condition, { context, resourceTags: new Map([['team', 'green']]) })).toBe(true);
  });

  it.each([
    [{ StringEquals: { 'aws:username': 'tester' } }, true],
    [{ StringEquals: { 'aws:PrincipalType': 'User' } }, true],
    [{ ArnEquals: { 'aws:PrincipalArn': 'arn:aws:iam::000000000000:user/tester' } }, true],
    [{ Null: { 'aws:TokenIssueTime': 'false' } }, false],
    [{ StringEquals: { 'aws:ResourceTag/Team': 'green' } }, false],
    [{ Null: { 'no:such/key': 'true' } }, true],
  ])('of a user without a session: %j is %s', (condition, expected) => {
    expect(decides(user, condition)).toBe(expected);
  });
});

describe('a second factor', () => {
  const began = { issueTime: new Date('2026-11-24T11:00:00Z') };
  const lasting = callerForTests();
  const without = callerForTests(began);
  const shown = callerForTests({ ...began, multiFactorAuthTime: new Date('2026-11-24T11:30:00Z') });
  const allowed = (caller: Caller, Condition: object) => {
    const identity = [compilePolicy(JSON.stringify(policy({ ...allow, Condition })), 'identity')];
    return authorizer.decide(origin({ ...caller, identity }), check).allowed;
  };

  it.each([
    [{ Bool: { 'aws:MultiFactorAuthPresent': 'true' } }, [false, false, true]],
    [{ BoolIfExists: { 'aws:MultiFactorAuthPresent': 'true' } }, [true, false, true]],
    [{ Null: { 'aws:MultiFactorAuthPresent': 'true' } }, [true, false, false]],
    [{ NumericLessThanEquals: { 'aws:MultiFactorAuthAge': '1800' } }, [false, false, true]],
    [{ NumericLessThan: { 'aws:MultiFactorAuthAge': '1800' } }, [false, false, false]],
    [{ Null: { 'aws:MultiFactorAuthAge': 'true' } }, [true, true, false]],
  ])('%j holds for a lasting credential, a session, a session with it: %j', (condition, expected) => {
    expect([lasting, without, shown].map((caller) => allowed(caller, condition))).toEqual(expected);
  });
});

it('lets a service do what a resource policy says of it by name, and no more', () => {
  const service = serviceCaller('spiffe://strongroom.local/service/rotation-worker', {
    trustDomain: 'strongroom.local',
    accountId: '000000000000',
  })!;
  expect(authorizer.decide(origin(service), check).allowed).toBe(false);
  const named = { Effect: 'Allow', Principal: { Service: 'rotation-worker.strongroom.internal' }, Action: '*', Resource: '*' };
  const resourcePolicy = compilePolicy(JSON.stringify(policy(named)), 'resource');
  expect(authorizer.decide(origin(service), { ...check, resourcePolicy }).allowed).toBe(true);
});

it('has each condition key of every call for some caller', () => {
  const recording = new RecordingAuthorizer({ region: 'us-east-1', clock });
  const service = serviceCaller('spiffe://strongroom.local/service/x', {
    trustDomain: 'strongroom.local',
    accountId: '000000000000',
  });
  const began = { issueTime: clock.now(), multiFactorAuthTime: clock.now() };
  const session = callerForTests({ name: 'role/Deployer/job', tags: { Team: 'blue' }, ...began });
  for (const caller of [callerForTests(), session, service!]) recording.decide({ ...origin(caller), via: 'x' }, check);
  const ofEveryCall = Object.values<readonly ConditionKey[]>(CONDITION_KEYS)
    .flat()
    .filter(({ calls }) => calls.actions === undefined);
  expect(ofEveryCall.length).toBeGreaterThan(15);
  expect(ofEveryCall.filter(({ name }) => !recording.keysOf(check.action).has(name))).toEqual([]);
});

it('finds out what differs from the table of condition keys', () => {
  const recording = new RecordingAuthorizer({ region: 'us-east-1', clock });
  const context = { 'kms:encryptioncontextkeys': [], 'kms:keyspec': 'x', 'kms:nosuchkey': 'x' };
  recording.decide(origin(callerForTests()), { ...check, action: 'kms:ListKeys', context });
  const found = recording.differences('kms');
  expect(found).toContain('kms:ListKeys lacks kms:CallerAccount');
  expect(found).toContain('kms:ListKeys has kms:KeySpec, which is not listed for it');
  expect(found).toContain('kms:ListKeys has kms:nosuchkey, which is not listed for it');
  expect(found).toContain('kms:Encrypt lacks kms:EncryptionContextKeys');
  expect(found.filter((one) => one.startsWith('kms:ListKeys'))).toHaveLength(3);
});

it('refuses what asks for a tag that a resource has twice, in another case', () => {
  const asks = { Effect: 'Deny', Action: '*', Resource: '*', Condition: { StringEquals: { 'aws:ResourceTag/Team': 'x' } } };
  const call = origin(callerForTests({ policies: [policy(allow, asks)] }));
  for (const resourceTags of [{ Team: 'blue', TEAM: 'red' }, new Map(Object.entries({ team: 'blue', Team: 'red' }))]) {
    expect(authorizer.decide(call, { ...check, resourceTags })).toMatchObject({ allowed: false, reason: 'explicit-deny' });
  }
  expect(authorizer.decide(call, { ...check, resourceTags: { Team: 'blue', TEAM: 'blue' } }).allowed).toBe(true);
});
