import { compilePolicy } from './compile';
import { contextByKey, contextOf } from './context';
import { evaluate } from './evaluate';
import type { AuthorizationRequest, ContextValue, Decision, PolicyKind, RequestPrincipal } from './model';
import type { CompiledPolicy, PolicySet } from './compiled-policy';

const OWN = '111111111111';
const OTHER = '222222222222';
const ACTION = 'secretsmanager:GetSecretValue';
const SECRET = `arn:aws:secretsmanager:us-east-1:${OWN}:secret:prod/db-a1B2c3`;

const CALLERS = {
  user: { kind: 'user', arn: `arn:aws:iam::${OWN}:user/alice`, accountId: OWN },
  session: {
    kind: 'assumed-role',
    arn: `arn:aws:sts::${OWN}:assumed-role/api/i-1`,
    accountId: OWN,
    roleArn: `arn:aws:iam::${OWN}:role/svc/api`,
  },
  root: { kind: 'root', arn: `arn:aws:iam::${OWN}:root`, accountId: OWN },
  service: { kind: 'service', arn: 'rotation.strongroom.internal', accountId: '' },
  anonymous: { kind: 'anonymous', arn: '', accountId: '' },
} satisfies Record<string, RequestPrincipal>;
type Caller = keyof typeof CALLERS;

const compile = (kind: PolicyKind, ...statements: object[]): CompiledPolicy =>
  compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), kind);
const about = (Effect: string) => ({ Sid: Effect, Effect, Action: ACTION, Resource: '*' });
const SILENT = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' };

const request = (
  caller: RequestPrincipal,
  resourceAccountId: string,
  values: Record<string, ContextValue> = {},
): AuthorizationRequest => ({
  action: ACTION,
  resource: SECRET.replace(OWN, resourceAccountId),
  principal: caller,
  resourceAccountId,
  context: contextOf(values),
});

const own = (kind: PolicyKind, says: 'allows' | 'denies' | 'is silent'): CompiledPolicy =>
  compile(kind, says === 'allows' ? about('Allow') : says === 'denies' ? about('Deny') : SILENT);

/** Ways for a resource policy to name the caller. */
const names = (caller: RequestPrincipal, whom: string): object => {
  switch (whom) {
    case 'account':
      return { AWS: caller.accountId };
    case 'account root':
      return { AWS: `arn:aws:iam::${caller.accountId}:root` };
    case 'role':
      return { AWS: caller.roleArn };
    case 'caller':
      return caller.kind === 'service' ? { Service: caller.arn } : { AWS: caller.arn };
    case 'everybody':
      return { AWS: '*' };
    default:
      return { AWS: `arn:aws:iam::${OWN}:user/somebody-else` };
  }
};

const resource = (caller: RequestPrincipal, whom: string, effect = 'Allow'): CompiledPolicy =>
  compile('resource', { ...about(effect), Principal: names(caller, whom) });

const said = ({ allowed, reason, by }: Decision) => (allowed ? `allowed by ${by}` : `${reason} by ${by}`);

type Says = 'allows' | 'denies' | 'is silent' | 'none';
interface Row {
  caller: Caller;
  identity?: Says;
  /** Whom the resource policy allows. */
  grants?: string;
  boundary?: Says;
  session?: Says;
  then: string;
}

const setOf = ({
  caller,
  identity = 'none',
  grants = 'none',
  boundary = 'none',
  session = 'none',
}: Omit<Row, 'then'>): PolicySet => ({
  identity: identity === 'none' ? [] : [own('identity', 'is silent'), own('identity', identity)],
  ...(boundary === 'none' ? {} : { boundary: own('boundary', boundary) }),
  ...(session === 'none' ? {} : { session: [own('session', 'is silent'), own('session', session)] }),
  ...(grants === 'none' ? {} : { resource: resource(CALLERS[caller], grants) }),
});

describe('within an account', () => {
  it.each<Row>([
    // Nobody says anything: the default is to deny.
    { caller: 'user', then: 'implicit-deny by identity' },
    { caller: 'session', then: 'implicit-deny by identity' },
    { caller: 'user', identity: 'is silent', grants: 'somebody else', then: 'implicit-deny by identity' },
    // Identity policies suffice, and boundary and session policies narrow them.
    { caller: 'user', identity: 'allows', then: 'allowed by identity' },
    { caller: 'session', identity: 'allows', then: 'allowed by identity' },
    { caller: 'user', identity: 'allows', grants: 'somebody else', then: 'allowed by identity' },
    { caller: 'user', identity: 'allows', boundary: 'allows', then: 'allowed by identity' },
    { caller: 'user', identity: 'allows', boundary: 'is silent', then: 'implicit-deny by boundary' },
    { caller: 'session', identity: 'allows', boundary: 'allows', session: 'allows', then: 'allowed by identity' },
    { caller: 'session', identity: 'allows', boundary: 'is silent', session: 'allows', then: 'implicit-deny by boundary' },
    { caller: 'session', identity: 'allows', boundary: 'allows', session: 'is silent', then: 'implicit-deny by session' },
    { caller: 'session', identity: 'allows', session: 'is silent', then: 'implicit-deny by session' },
    // Boundary and session policies grant nothing by themselves.
    { caller: 'user', boundary: 'allows', then: 'implicit-deny by identity' },
    { caller: 'session', session: 'allows', boundary: 'allows', then: 'implicit-deny by identity' },
    // A grant to a user's ARN stands alone.
    { caller: 'user', grants: 'caller', then: 'allowed by resource' },
    { caller: 'user', grants: 'caller', boundary: 'is silent', then: 'allowed by resource' },
    { caller: 'user', identity: 'is silent', grants: 'everybody', boundary: 'is silent', then: 'allowed by resource' },
    // …unless the user's session was narrowed: the user is then the entity behind the session.
    { caller: 'user', grants: 'caller', session: 'is silent', then: 'implicit-deny by session' },
    { caller: 'user', grants: 'caller', session: 'allows', boundary: 'is silent', then: 'implicit-deny by boundary' },
    { caller: 'user', grants: 'caller', session: 'allows', then: 'allowed by resource' },
    // A grant to the session's ARN stands alone, and so does one to everybody.
    { caller: 'session', grants: 'caller', then: 'allowed by resource' },
    { caller: 'session', grants: 'caller', boundary: 'is silent', session: 'is silent', then: 'allowed by resource' },
    { caller: 'session', grants: 'everybody', boundary: 'is silent', session: 'is silent', then: 'allowed by resource' },
    // A grant to the role's ARN needs no identity policy, but is limited by boundary and session policies.
    { caller: 'session', grants: 'role', then: 'allowed by resource' },
    {
      caller: 'session',
      grants: 'role',
      identity: 'is silent',
      boundary: 'allows',
      session: 'allows',
      then: 'allowed by resource',
    },
    { caller: 'session', grants: 'role', boundary: 'is silent', then: 'implicit-deny by boundary' },
    { caller: 'session', grants: 'role', session: 'is silent', then: 'implicit-deny by session' },
    { caller: 'session', grants: 'role', identity: 'allows', boundary: 'is silent', then: 'implicit-deny by boundary' },
    // A grant to the account leaves it to the account's identity policies.
    { caller: 'user', grants: 'account', then: 'implicit-deny by identity' },
    { caller: 'user', grants: 'account root', then: 'implicit-deny by identity' },
    { caller: 'session', grants: 'account', boundary: 'allows', session: 'allows', then: 'implicit-deny by identity' },
    { caller: 'user', grants: 'account', identity: 'allows', then: 'allowed by identity' },
    { caller: 'user', grants: 'account', identity: 'allows', boundary: 'is silent', then: 'implicit-deny by boundary' },
    // The account's root may do all in its account.
    { caller: 'root', then: 'allowed by root' },
    { caller: 'root', grants: 'somebody else', then: 'allowed by root' },
    { caller: 'root', grants: 'account', then: 'allowed by resource' },
  ])('$caller; identity $identity, resource grants $grants, boundary $boundary, session $session: $then', ({ then, ...row }) => {
    expect(said(evaluate(request(CALLERS[row.caller], OWN), setOf(row)))).toBe(then);
  });
});

describe('across accounts', () => {
  it.each<Row>([
    { caller: 'user', then: 'implicit-deny by resource' },
    { caller: 'user', identity: 'allows', then: 'implicit-deny by resource' },
    { caller: 'user', identity: 'allows', grants: 'somebody else', then: 'implicit-deny by resource' },
    { caller: 'user', grants: 'caller', then: 'implicit-deny by identity' },
    { caller: 'user', grants: 'everybody', then: 'implicit-deny by identity' },
    { caller: 'user', identity: 'allows', grants: 'caller', then: 'allowed by resource' },
    { caller: 'user', identity: 'allows', grants: 'account', then: 'allowed by resource' },
    { caller: 'user', identity: 'allows', grants: 'account root', then: 'allowed by resource' },
    { caller: 'user', identity: 'allows', grants: 'everybody', then: 'allowed by resource' },
    { caller: 'user', identity: 'allows', grants: 'caller', boundary: 'is silent', then: 'implicit-deny by boundary' },
    { caller: 'user', identity: 'allows', grants: 'caller', boundary: 'allows', then: 'allowed by resource' },
    { caller: 'session', identity: 'allows', grants: 'role', then: 'allowed by resource' },
    { caller: 'session', identity: 'allows', grants: 'caller', then: 'allowed by resource' },
    { caller: 'session', grants: 'caller', then: 'implicit-deny by identity' },
    { caller: 'session', identity: 'allows', grants: 'caller', session: 'is silent', then: 'implicit-deny by session' },
    { caller: 'session', identity: 'allows', grants: 'role', boundary: 'is silent', then: 'implicit-deny by boundary' },
    { caller: 'root', then: 'implicit-deny by resource' },
    { caller: 'root', grants: 'account', then: 'allowed by resource' },
    { caller: 'root', grants: 'everybody', then: 'allowed by resource' },
  ])('$caller; identity $identity, resource grants $grants, boundary $boundary, session $session: $then', ({ then, ...row }) => {
    expect(said(evaluate(request(CALLERS[row.caller], OTHER), setOf(row)))).toBe(then);
  });
});

describe('callers without an account have only the resource policy', () => {
  it.each<Row>([
    { caller: 'service', then: 'implicit-deny by resource' },
    { caller: 'service', identity: 'allows', then: 'implicit-deny by resource' },
    { caller: 'service', grants: 'caller', then: 'allowed by resource' },
    { caller: 'service', grants: 'everybody', then: 'allowed by resource' },
    { caller: 'service', grants: 'somebody else', then: 'implicit-deny by resource' },
    { caller: 'anonymous', identity: 'allows', then: 'implicit-deny by resource' },
    { caller: 'anonymous', grants: 'everybody', then: 'allowed by resource' },
    { caller: 'anonymous', grants: 'somebody else', then: 'implicit-deny by resource' },
  ])('$caller; identity $identity, resource grants $grants: $then', ({ then, ...row }) => {
    expect(said(evaluate(request(CALLERS[row.caller], OWN), setOf(row)))).toBe(then);
  });
});

describe('where the resource policy must allow or delegate (keys)', () => {
  it.each<Row>([
    { caller: 'user', identity: 'allows', then: 'implicit-deny by resource' },
    { caller: 'user', identity: 'allows', grants: 'somebody else', then: 'implicit-deny by resource' },
    { caller: 'user', identity: 'allows', grants: 'account', then: 'allowed by identity' },
    { caller: 'user', identity: 'allows', grants: 'account root', then: 'allowed by identity' },
    { caller: 'user', grants: 'account', then: 'implicit-deny by identity' },
    { caller: 'user', grants: 'caller', then: 'allowed by resource' },
    { caller: 'user', grants: 'everybody', then: 'allowed by resource' },
    { caller: 'session', grants: 'role', then: 'allowed by resource' },
    { caller: 'session', grants: 'role', session: 'is silent', then: 'implicit-deny by session' },
    { caller: 'session', identity: 'allows', grants: 'account', boundary: 'is silent', then: 'implicit-deny by boundary' },
    { caller: 'root', then: 'implicit-deny by resource' },
    { caller: 'root', grants: 'somebody else', then: 'implicit-deny by resource' },
    { caller: 'root', grants: 'account', then: 'allowed by resource' },
  ])('$caller; identity $identity, resource grants $grants, boundary $boundary, session $session: $then', ({ then, ...row }) => {
    const policies = { ...setOf(row), resourcePolicyRequired: true };
    expect(said(evaluate(request(CALLERS[row.caller], OWN), policies))).toBe(then);
  });
});

describe('assuming a role', () => {
  const role = `arn:aws:iam::${OWN}:role/deploy`;
  const may = { Effect: 'Allow', Action: 'sts:AssumeRole', Resource: role };
  const trusts = (Principal: object, Condition?: object) =>
    compile('trust', { Effect: 'Allow', Action: 'sts:AssumeRole', Principal, ...(Condition && { Condition }) });
  const assume = (caller: RequestPrincipal, policies: PolicySet, account = OWN, values = {}) =>
    said(
      evaluate({ ...request(caller, account, values), action: 'sts:AssumeRole', resource: role.replace(OWN, account) }, policies),
    );

  it('needs the trust policy, whatever identity policies say', () => {
    const identity = [compile('identity', may)];
    expect(assume(CALLERS.user, { identity, resource: trusts({ AWS: OTHER }) })).toBe('implicit-deny by trust');
    expect(assume(CALLERS.user, { identity, resource: trusts({ AWS: OWN }) })).toBe('allowed by identity');
    expect(assume(CALLERS.user, { identity: [], resource: trusts({ AWS: OWN }) })).toBe('implicit-deny by identity');
    expect(assume(CALLERS.user, { identity: [], resource: trusts({ AWS: CALLERS.user.arn }) })).toBe('allowed by trust');
  });

  it('needs both sides across accounts', () => {
    const resource = trusts({ AWS: CALLERS.user.arn }, { StringEquals: { 'sts:ExternalId': 'x' } });
    const identity = [compile('identity', { ...may, Resource: '*' })];
    expect(assume(CALLERS.user, { identity, resource }, OTHER, { 'sts:ExternalId': 'x' })).toBe('allowed by trust');
    expect(assume(CALLERS.user, { identity, resource }, OTHER)).toBe('implicit-deny by trust');
    expect(assume(CALLERS.user, { identity: [], resource }, OTHER, { 'sts:ExternalId': 'x' })).toBe('implicit-deny by identity');
  });

  it('is open to whom a trusted identity provider vouches for', () => {
    const provider = `arn:aws:iam::${OWN}:oidc-provider/id.example.com`;
    const vouched: RequestPrincipal = { ...CALLERS.anonymous, federatedProvider: provider };
    expect(assume(vouched, { identity: [], resource: trusts({ Federated: provider }) })).toBe('allowed by trust');
    expect(assume(vouched, { identity: [], resource: trusts({ Federated: 'id.example.org' }) })).toBe('implicit-deny by trust');
    expect(assume(CALLERS.anonymous, { identity: [], resource: trusts({ Federated: provider }) })).toBe('implicit-deny by trust');
  });
});

describe('an explicit Deny wins over every Allow', () => {
  const allows = (caller: RequestPrincipal) => ({
    identity: [own('identity', 'allows')],
    boundary: own('boundary', 'allows'),
    session: [own('session', 'allows')],
    resource: resource(caller, 'caller'),
  });

  it.each(['identity', 'boundary', 'session'] as const)('in a policy of kind %s', (kind) => {
    for (const account of [OWN, OTHER]) {
      const set: PolicySet = allows(CALLERS.session);
      const denying = own(kind, 'denies');
      const policies = { ...set, [kind]: kind === 'boundary' ? denying : [...set[kind]!, denying] };
      expect(evaluate(request(CALLERS.session, account), set)).toMatchObject({ allowed: true });
      expect(evaluate(request(CALLERS.session, account), policies)).toEqual({
        allowed: false,
        reason: 'explicit-deny',
        by: kind,
        sid: 'Deny',
      });
    }
  });

  it.each<[Caller, string]>([
    ['user', 'account'],
    ['user', 'account root'],
    ['user', 'caller'],
    ['user', 'everybody'],
    ['session', 'account'],
    ['session', 'role'],
    ['session', 'caller'],
    ['root', 'account'],
    ['service', 'caller'],
    ['service', 'everybody'],
    ['anonymous', 'everybody'],
  ])('in a resource policy: %s, named as %s', (who, whom) => {
    const caller = CALLERS[who];
    const both = compile('resource', { ...about('Allow'), Principal: '*' }, { ...about('Deny'), Principal: names(caller, whom) });
    expect(said(evaluate(request(caller, OWN), { identity: [own('identity', 'allows')], resource: both }))).toBe(
      'explicit-deny by resource',
    );
    const other = compile(
      'resource',
      { ...about('Allow'), Principal: '*' },
      { ...about('Deny'), Principal: names(caller, 'somebody else') },
    );
    expect(said(evaluate(request(caller, OWN), { identity: [], resource: other }))).toBe('allowed by resource');
  });
});

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
