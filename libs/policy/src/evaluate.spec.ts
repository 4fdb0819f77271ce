import type { PolicySet } from './compiled-policy';
import { evaluate } from './evaluate';
import type { RequestPrincipal } from './model';
import {
  OWN,
  OTHER,
  CALLERS,
  type Caller,
  compile,
  about,
  request,
  own,
  names,
  resource,
  said,
  type Row,
  setOf,
} from './evaluate.testing';

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

describe('where grants of a key take the place of its policy', () => {
  it.each<Row & { of: string }>(
    [OWN, OTHER].flatMap((of) => [
      // Whom the grants name needs nothing else, in any account.
      { of, caller: 'user', grants: 'caller', then: 'allowed by resource' },
      { of, caller: 'user', grants: 'caller', boundary: 'is silent', then: 'allowed by resource' },
      { of, caller: 'session', grants: 'caller', session: 'is silent', then: 'allowed by resource' },
      { of, caller: 'session', grants: 'role', then: 'allowed by resource' },
      { of, caller: 'service', grants: 'caller', then: 'allowed by resource' },
      // A role's sessions stay within what narrows them.
      { of, caller: 'session', grants: 'role', session: 'is silent', then: 'implicit-deny by session' },
      { of, caller: 'session', grants: 'role', boundary: 'is silent', then: 'implicit-deny by boundary' },
      // An account passes on what it was granted.
      { of, caller: 'user', grants: 'account root', then: 'implicit-deny by identity' },
      { of, caller: 'user', grants: 'account root', identity: 'allows', then: 'allowed by identity' },
      // Without a grant, identity policies do not count.
      { of, caller: 'user', identity: 'allows', grants: 'somebody else', then: 'implicit-deny by resource' },
      { of, caller: 'user', identity: 'allows', then: 'implicit-deny by resource' },
    ]),
  )('$caller; key of $of, identity $identity, grants $grants, boundary $boundary, session $session: $then', (row) => {
    const { of, then, ...about } = row;
    const policies = { ...setOf(about), resourcePolicyRequired: true, resourcePolicyIsGrant: true };
    expect(said(evaluate(request(CALLERS[row.caller], of), policies))).toBe(then);
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
