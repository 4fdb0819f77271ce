import type { CompiledPolicy } from './compiled-policy';
import { contextByKey, contextOf } from './context';
import { evaluate } from './evaluate';
import type { AuthorizationRequest, ContextValue, RequestPrincipal } from './model';
import { OWN, OTHER, ACTION, SECRET, CALLERS, compile, about, SILENT, request, own, said } from './evaluate.testing';

describe('NotPrincipal', () => {
  const { user, session, root, service, anonymous } = CALLERS;
  const everyoneBut = (effect: string, NotPrincipal: object | string) =>
    compile('resource', { ...about('Allow'), Principal: '*' }, { ...about(effect), Sid: 'Not', NotPrincipal });

  it.each<[string, RequestPrincipal, object | string, boolean]>([
    ['a user named with the account', user, { AWS: [OWN, user.arn] }, true],
    ['a user named alone', user, { AWS: user.arn }, false],
    ['a user of whom only the account is named', user, { AWS: OWN }, false],
    ['another user', user, { AWS: [OWN, `${user.arn}2`] }, false],
    ['a session named with role and account', session, { AWS: [OWN, session.roleArn, session.arn] }, true],
    ['a session without its role', session, { AWS: [OWN, session.arn] }, false],
    ['a session of which only the role is named', session, { AWS: [OWN, session.roleArn] }, false],
    ['root', root, { AWS: OWN }, true],
    ['root of another account', root, { AWS: OTHER }, false],
    ['a service', service, { Service: service.arn }, true],
    ['another service', service, { Service: 'other.strongroom.internal' }, false],
    ['anonymous', anonymous, { AWS: OWN }, false],
    ['everybody', anonymous, '*', true],
  ])('with Deny spares only who is named in full: %s', (_, caller, list, spared) => {
    const decision = evaluate(request(caller, OWN), { identity: [], resource: everyoneBut('Deny', list) });
    expect(said(decision)).toBe(spared ? 'allowed by resource' : 'explicit-deny by resource');
  });

  it('with Deny spares nobody who has a boundary', () => {
    const policies = {
      identity: [],
      resource: everyoneBut('Deny', { AWS: [OWN, user.arn] }),
      boundary: own('boundary', 'allows'),
    };
    expect(said(evaluate(request(user, OWN), policies))).toBe('explicit-deny by resource');
  });

  it.each<[string, RequestPrincipal, object, boolean]>([
    ['a user who is named', user, { AWS: user.arn }, false],
    ['a user whose account is named', user, { AWS: OWN }, false],
    ['another user', user, { AWS: `${user.arn}2` }, true],
    ['a session whose role is named', session, { AWS: session.roleArn }, false],
    ['anonymous', anonymous, { AWS: OWN }, true],
  ])('with Allow grants to all who are not named at all: %s', (_, caller, NotPrincipal, granted) => {
    const policies = { identity: [], resource: compile('resource', { ...about('Allow'), NotPrincipal }) };
    expect(evaluate(request(caller, OWN), policies).allowed).toBe(granted);
  });
});

describe('which statements are about a request', () => {
  const allowed = (statement: object, change: Partial<AuthorizationRequest> = {}) =>
    evaluate({ ...request(CALLERS.user, OWN), ...change }, { identity: [compile('identity', statement)] }).allowed;
  const base = { Effect: 'Allow', Action: '*', Resource: '*' };

  it.each<[string | string[], string, boolean]>([
    ['*', ACTION, true],
    ['*:*', ACTION, true],
    [ACTION, ACTION, true],
    ['SecretsManager:getsecretVALUE', ACTION, true],
    [ACTION, 'SECRETSMANAGER:GETSECRETVALUE', true],
    ['secretsmanager:Get*', ACTION, true],
    ['secretsmanager:*Value', ACTION, true],
    ['secretsmanager:?etSecretValue', ACTION, true],
    ['secretsmanager:Put*', ACTION, false],
    ['kms:*', ACTION, false],
    [['kms:*', ACTION], ACTION, true],
  ])('Action %p, request %s: %p', (pattern, action, expected) => {
    expect(allowed({ ...base, Action: pattern }, { action })).toBe(expected);
    expect(allowed({ Effect: 'Allow', NotAction: pattern, Resource: '*' }, { action })).toBe(!expected);
  });

  it.each<[string | string[], string, boolean]>([
    ['*', SECRET, true],
    [SECRET, SECRET, true],
    ['arn:aws:secretsmanager:us-east-1:111111111111:secret:prod/*', SECRET, true],
    ['arn:aws:secretsmanager:*:111111111111:secret:prod/db-??????', SECRET, true],
    ['arn:aws:secretsmanager:*', SECRET, true],
    ['arn:aws:secretsmanager:us-east-1:111111111111:secret:prod/db', SECRET, false],
    ['arn:aws:secretsmanager:us-east-1:111111111111:secret:PROD/*', SECRET, false],
    ['arn:aws:secretsmanager:us-east-1:222222222222:secret:*', SECRET, false],
    [['arn:aws:kms:*', 'arn:aws:secretsmanager:*:*:secret:*'], SECRET, true],
    ['arn:aws:secretsmanager:*:*:secret:${aws:PrincipalTag/env}/*', SECRET, true],
    ["arn:aws:secretsmanager:*:*:secret:${aws:PrincipalTag/other, 'prod'}/*", SECRET, true],
    ['*', '*', true],
    ['arn:aws:secretsmanager:*', '*', false],
  ])('Resource %p, request %s: %p', (pattern, resource, expected) => {
    const change = { resource, context: contextOf({ 'aws:PrincipalTag/Env': 'prod' }) };
    expect(allowed({ ...base, Resource: pattern }, change)).toBe(expected);
    expect(allowed({ Effect: 'Allow', Action: '*', NotResource: pattern }, change)).toBe(!expected);
  });

  it('a variable without a value matches no resource; a NotResource with one denies and does not allow', () => {
    const pattern = 'arn:aws:secretsmanager:*:*:secret:${aws:PrincipalTag/env}/*';
    expect(allowed({ ...base, Resource: pattern })).toBe(false);
    expect(allowed({ Effect: 'Allow', Action: '*', NotResource: pattern })).toBe(false);
    const denying = compile('identity', base, { Effect: 'Deny', Action: '*', NotResource: pattern });
    expect(said(evaluate(request(CALLERS.user, OWN), { identity: [denying] }))).toBe('explicit-deny by identity');
  });

  it('conditions narrow, and a Deny under a condition that fails does not bite', () => {
    const Condition = { Bool: { 'aws:SecureTransport': 'false' } };
    const policies = { identity: [compile('identity', base, { ...base, Effect: 'Deny', Condition })] };
    expect(evaluate(request(CALLERS.user, OWN, { 'aws:SecureTransport': 'true' }), policies).allowed).toBe(true);
    expect(evaluate(request(CALLERS.user, OWN, { 'aws:SecureTransport': 'false' }), policies).allowed).toBe(false);
    expect(allowed({ ...base, Condition })).toBe(false);
  });

  it('each statement stands for itself: conditions of one do not reach another', () => {
    const Condition = { StringEquals: { 'a:b': 'c' } };
    const policies = { identity: [compile('identity', { ...base, Condition }, { ...SILENT, Action: 'kms:*' })] };
    expect(evaluate(request(CALLERS.user, OWN), policies).allowed).toBe(false);
  });
});

it('takes the grant that stands alone, wherever it stands among weaker ones', () => {
  const { session } = CALLERS;
  const policies = {
    identity: [],
    boundary: own('boundary', 'is silent'),
    resource: compile(
      'resource',
      ...[OWN, session.roleArn, session.arn, OWN].map((AWS, i) => ({ ...about('Allow'), Sid: `s${i}`, Principal: { AWS } })),
    ),
  };
  expect(evaluate(request(session, OWN), policies)).toEqual({ allowed: true, reason: 'allowed', by: 'resource', sid: 's2' });
});

it('an empty list of session policies does not narrow', () => {
  expect(evaluate(request(CALLERS.session, OWN), { identity: [own('identity', 'allows')], session: [] }).allowed).toBe(true);
});

describe('a tag that comes twice, in another case and with another value', () => {
  const twice = { ...contextByKey('aws:requesttag/', Object.entries({ Team: 'blue', TEAM: 'red' })) };
  const once = { ...contextByKey('aws:requesttag/', Object.entries({ Team: 'blue', TEAM: 'blue', Other: 'x' })) };
  const decide = (values: Record<string, ContextValue>, ...statements: object[]) =>
    evaluate(request(CALLERS.user, OWN, { ...values, 'aws:userid': 'AIDA' }), { identity: [compile('identity', ...statements)] })
      .allowed;
  const when = (Effect: string, Condition: object) => ({ ...about(Effect), Sid: undefined, Condition });
  const key = 'aws:RequestTag/Team';

  it.each([
    ['an Allow that asks for it', [when('Allow', { StringEquals: { [key]: 'blue' } })]],
    ['an Allow that asks for the other one', [when('Allow', { StringEquals: { [key]: 'red' } })]],
    ['a Deny that asks for it', [about('Allow'), when('Deny', { StringEquals: { [key]: 'green' } })]],
    ['a Deny that demands it', [about('Allow'), when('Deny', { StringNotEquals: { [key]: 'blue' } })]],
    ['a Deny of its absence', [about('Allow'), when('Deny', { Null: { [key]: 'true' } })]],
    ['a test of every value', [when('Allow', { 'ForAllValues:StringEquals': { [key]: ['blue', 'red'] } })]],
    ['a variable in a condition', [when('Allow', { StringNotEquals: { 'aws:userid': `\${${key}}` } })]],
    ['a variable in a resource', [{ ...about('Allow'), NotResource: `arn:aws:s3:::\${${key}}`, Resource: undefined }]],
  ])('is refused by %s', (_, statements) => {
    expect(decide(twice, ...statements)).toBe(false);
  });

  it('harms nobody where no policy asks', () => {
    expect(decide(twice, about('Allow'))).toBe(true);
    expect(decide(twice, when('Allow', { StringEquals: { 'aws:RequestTag/Other': 'x' } }))).toBe(false);
    expect(decide(once, when('Allow', { StringEquals: { [key]: 'blue', 'aws:RequestTag/Other': 'x' } }))).toBe(true);
  });
});

describe('a resource with wildcards in its parts', () => {
  const on = (Resource: string, resource: string, Effect = 'Allow') =>
    evaluate(
      { ...request(CALLERS.user, OWN), resource },
      { identity: [compile('identity', { Effect, Action: '*', Resource, Sid: undefined })] },
    ).reason;

  it.each([
    ['arn:*:secretsmanager:*:*:secret:prod/*', SECRET, true],
    ['arn:aws*:secretsmanager:*:*:secret:prod/*', SECRET, true],
    ['arn:a?s:secretsmanager:us-*-1:1111*:secret:*', SECRET, true],
    ['arn:*:secretsmanager:*', SECRET, true],
    ['arn:*:secretsmanager:*:*:secret:test/*', SECRET, false],
    ['arn:aws-*:secretsmanager:*:*:secret:prod/*', SECRET, false],
    ['arn:*:kms:*:*:*', SECRET, false],
    // What is open does not reach over the service.
    ['arn:*:secretsmanager:*:*:secret:x/*', `arn:aws:iam::${OWN}:user/:secretsmanager:a:b:secret:x/y`, false],
    ['arn:*:secretsmanager:*:*:secret:prod/*', '*', false],
  ])('%s about %s: %s', (pattern, resource, matches) => {
    expect(on(pattern, resource)).toBe(matches ? 'allowed' : 'implicit-deny');
    expect(on(pattern, resource, 'Deny')).toBe(matches ? 'explicit-deny' : 'implicit-deny');
  });

  it.each(['arn:*:*:*:*:secret:x', 'arn:*:s*:r:1:x', 'arn:*', 'arn:AWS*:kms:r:1:x'])('%s is refused', (Resource) => {
    expect(() => compile('identity', { Effect: 'Allow', Action: '*', Resource })).toThrow();
  });
});

describe('a decision', () => {
  const hostile = (pattern: string, count: number, effect = 'Deny') =>
    compile(
      'identity',
      { ...about('Allow'), Sid: undefined },
      ...Array.from({ length: count }, () => ({
        ...about(effect),
        Sid: undefined,
        Condition: { StringLike: { 'aws:UserAgent': pattern } },
      })),
    );
  const decide = (policy: CompiledPolicy, agent: string) =>
    evaluate(request(CALLERS.user, OWN, { 'aws:UserAgent': agent }), { identity: [policy] });

  it.each([
    ['one long run of single wildcards', `*${'?'.repeat(3_000)}x`, 1],
    ['many patterns', '*a*b*c', 300],
    ['a variable in many patterns', '*${aws:UserAgent}?', 300],
  ])('that would take too long is a refusal: %s', (_, pattern, count) => {
    expect(decide(hostile(pattern, count), 'a'.repeat(8_192))).toEqual({ allowed: false, reason: 'explicit-deny' });
    // The next one has all its time again.
    expect(decide(hostile('*x', 1), 'a').allowed).toBe(true);
  });

  it('by the largest policies of a real request needs a fraction of what it may do', () => {
    const own = `arn:aws:secretsmanager:*:${OWN}:secret:other/*/db-??????`;
    const policies = Array.from({ length: 12 }, () =>
      compile('identity', ...Array.from({ length: 60 }, () => ({ ...about('Deny'), Sid: undefined, Resource: own })), {
        ...about('Allow'),
        Sid: undefined,
      }),
    );
    expect(evaluate(request(CALLERS.user, OWN), { identity: policies }).reason).toBe('allowed');
  });
});
