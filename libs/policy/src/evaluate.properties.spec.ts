import fc from 'fast-check';
import { compilePolicy } from './compile';
import { contextOf } from './context';
import { evaluate } from './evaluate';
import type { AuthorizationRequest, ContextValue, PolicyKind, RequestPrincipal } from './model';
import type { CompiledPolicy, PolicySet } from './compiled-policy';

// Small worlds, so that policies and requests meet often: two accounts, a few names, and all the grammar.
const ACCOUNTS = ['111111111111', '222222222222'] as const;
const ARNS = ACCOUNTS.flatMap((account) => [
  `arn:aws:iam::${account}:user/alice`,
  `arn:aws:iam::${account}:role/api`,
  `arn:aws:sts::${account}:assumed-role/api/s1`,
  `arn:aws:iam::${account}:root`,
]);
const KEYS = [
  'aws:username',
  'aws:PrincipalTag/Team',
  'aws:TagKeys',
  'aws:SourceIp',
  'aws:CurrentTime',
  'aws:PrincipalArn',
] as const;
const VALUES = ['', 'alice', 'a*', '*', '10.0.0.1', '2026-11-01T00:00:00Z', '7', 'true', ARNS[0]!, 'QQ=='] as const;

const some = <const T>(...items: readonly T[]): fc.Arbitrary<T> => fc.constantFrom(...items);
const oneOrMore = <T>(item: fc.Arbitrary<T>) => fc.oneof(item, fc.array(item, { minLength: 1, maxLength: 3 }));
const orNot = (name: string, value: fc.Arbitrary<unknown>) =>
  fc.tuple(fc.boolean(), value).map(([negated, item]) => ({ [negated ? `Not${name}` : name]: item }));

const actions = oneOrMore(some('*', 'kms:Decrypt', 'kms:*', 'KMS:dec*', 'kms:?ecrypt', 'secretsmanager:*'));
const resources = oneOrMore(
  some(
    '*',
    'arn:aws:kms:*',
    'arn:aws:kms:r:111111111111:key/a',
    'arn:aws:kms:r:*:key/?',
    'arn:aws:kms:r:111111111111:key/${aws:username}',
    "arn:aws:kms:r:222222222222:key/${aws:PrincipalTag/team, 'a'}",
  ),
);
const principals = fc.oneof(
  fc.constant('*'),
  fc.record({ AWS: oneOrMore(some('*', ...ACCOUNTS, ...ARNS)) }),
  fc.record({ AWS: oneOrMore(some(...ACCOUNTS, ...ARNS)), Service: fc.constant('svc.strongroom.internal') }),
);
const texts = some('alice', '*', 'a?i*', '${aws:username}', "${aws:PrincipalTag/Team, 'x'}", '${*}');
const valuesOf: Record<string, fc.Arbitrary<unknown>> = {
  StringEquals: texts,
  StringNotEquals: texts,
  StringEqualsIgnoreCase: texts,
  StringNotLike: texts,
  StringLike: texts,
  NumericEquals: some<unknown>(7, '7.0'),
  NumericNotEquals: some(7),
  NumericGreaterThan: some('6'),
  DateLessThan: some('2027-01-01', '2020-01-01'),
  DateNotEquals: some('2026-11-01'),
  Bool: some<unknown>(true, 'false'),
  BinaryEquals: some('QQ=='),
  IpAddress: some('10.0.0.0/8', '::/0'),
  NotIpAddress: some('10.0.0.0/8'),
  ArnLike: some('arn:aws:iam::*:user/*', '*', 'arn:aws:iam::*:user/${aws:username}'),
  ArnNotEquals: some(ARNS[0]!),
  Null: some('true', 'false'),
};
const condition = fc
  .tuple(some('', 'ForAllValues:', 'ForAnyValue:'), some(...Object.keys(valuesOf)), some('', 'IfExists'), some(...KEYS))
  .filter(([, operator, suffix]) => operator !== 'Null' || suffix === '')
  .chain(([quantifier, operator, suffix, key]) =>
    oneOrMore(valuesOf[operator]!).map((values) => ({ [`${quantifier}${operator}${suffix}`]: { [key]: values } })),
  );
const conditions = fc.array(condition, { maxLength: 2 }).map((list) => ({ Condition: Object.assign({}, ...list) as object }));

const statement = (kind: PolicyKind, effect: fc.Arbitrary<string>): fc.Arbitrary<object> =>
  fc
    .tuple(
      fc.record({ Effect: effect }),
      orNot('Action', actions),
      orNot('Resource', resources),
      kind === 'resource' ? orNot('Principal', principals) : fc.constant({}),
      fc.oneof({ weight: 2, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: conditions }),
    )
    .map((parts) => Object.assign({}, ...parts) as object);

const effects = fc.oneof({ weight: 3, arbitrary: fc.constant('Allow') }, { weight: 1, arbitrary: fc.constant('Deny') });
const statements = (kind: PolicyKind, effect = effects) => fc.array(statement(kind, effect), { minLength: 1, maxLength: 3 });

interface Documents {
  identity: object[];
  boundary?: object[];
  session?: object[];
  resource?: object[];
  resourcePolicyRequired: boolean;
}

const documents = (effect = effects): fc.Arbitrary<Documents> =>
  fc.record(
    {
      identity: statements('identity', effect),
      boundary: statements('boundary', effect),
      session: statements('session', effect),
      resource: statements('resource', effect),
      resourcePolicyRequired: fc.boolean(),
    },
    { requiredKeys: ['identity', 'resourcePolicyRequired'] },
  );

const compile = (kind: PolicyKind, list: object[], version = '2012-10-17'): CompiledPolicy =>
  compilePolicy(JSON.stringify({ Version: version, Statement: list }), kind);

const setOf = ({ identity, boundary, session, resource, resourcePolicyRequired }: Documents): PolicySet => ({
  identity: [compile('identity', identity)],
  ...(boundary && { boundary: compile('boundary', boundary) }),
  ...(session && { session: [compile('session', session)] }),
  ...(resource && { resource: compile('resource', resource) }),
  resourcePolicyRequired,
});

const principal: fc.Arbitrary<RequestPrincipal> = fc.oneof(
  some(...ACCOUNTS).chain((accountId) =>
    some<RequestPrincipal>(
      { kind: 'user', accountId, arn: `arn:aws:iam::${accountId}:user/alice` },
      {
        kind: 'assumed-role',
        accountId,
        arn: `arn:aws:sts::${accountId}:assumed-role/api/s1`,
        roleArn: `arn:aws:iam::${accountId}:role/api`,
      },
      { kind: 'root', accountId, arn: `arn:aws:iam::${accountId}:root` },
    ),
  ),
  some<RequestPrincipal>(
    { kind: 'service', accountId: '', arn: 'svc.strongroom.internal' },
    { kind: 'anonymous', accountId: '', arn: '' },
  ),
);

const value: fc.Arbitrary<ContextValue> = fc.oneof(some(...VALUES), fc.array(some(...VALUES), { maxLength: 3 }), fc.string());
const context = fc.dictionary(some(...KEYS), value).map((values) => contextOf(values));

const request: fc.Arbitrary<AuthorizationRequest> = fc
  .tuple(
    principal,
    some(...ACCOUNTS),
    some('kms:Decrypt', 'kms:Encrypt', 'secretsmanager:GetSecretValue'),
    some('a', 'alice'),
    context,
  )
  .map(([caller, account, action, name, lookup]) => ({
    action,
    resource: `arn:aws:kms:r:${account}:key/${name}`,
    principal: caller,
    resourceAccountId: account,
    context: lookup,
  }));

type Part = 'identity' | 'boundary' | 'session' | 'resource';
const part = some<Part>('identity', 'boundary', 'session', 'resource');
const extended = (policies: Documents, where: Part, more: object): Documents => ({
  ...policies,
  [where]: [...policies[where]!, more],
});
const runs = { numRuns: 1500 };

it('decides every request, consistently', () => {
  let allowed = 0;
  fc.assert(
    fc.property(documents(), request, (policies, asked) => {
      const decision = evaluate(asked, setOf(policies));
      expect(decision.allowed).toBe(decision.reason === 'allowed');
      if (decision.allowed) allowed++;
    }),
    runs,
  );
  // Both outcomes must be common, or the properties below would say little.
  expect(allowed).toBeGreaterThan(runs.numRuns / 20);
  expect(allowed).toBeLessThan(runs.numRuns / 1.2);
});

it('never allows without any Allow', () => {
  fc.assert(
    fc.property(
      documents(fc.constant('Deny')),
      request.filter(({ principal: { kind } }) => kind !== 'root'),
      (policies, asked) => {
        expect(evaluate(asked, setOf(policies)).allowed).toBe(false);
      },
    ),
    runs,
  );
});

it('an explicit Deny of all wins, wherever it stands', () => {
  fc.assert(
    fc.property(documents(), request, part, (policies, asked, where) => {
      if (!policies[where]) return;
      const denial = { Effect: 'Deny', Action: '*', Resource: '*', ...(where === 'resource' && { Principal: '*' }) };
      expect(evaluate(asked, setOf(extended(policies, where, denial))).reason).toBe('explicit-deny');
    }),
    runs,
  );
});

it('a further Deny never turns a refusal into permission', () => {
  fc.assert(
    fc.property(
      documents(),
      request,
      part.chain((where) => fc.tuple(fc.constant(where), statement(where, fc.constant('Deny')))),
      (policies, asked, [where, denial]) => {
        if (!policies[where]) return;
        const before = evaluate(asked, setOf(policies));
        const after = evaluate(asked, setOf(extended(policies, where, denial)));
        if (!before.allowed) expect(after.allowed).toBe(false);
        if (before.allowed && !after.allowed) expect(after).toMatchObject({ reason: 'explicit-deny', by: where });
      },
    ),
    runs,
  );
});

it('a further Allow never turns permission into a refusal', () => {
  fc.assert(
    fc.property(
      documents(),
      request,
      part.chain((where) => fc.tuple(fc.constant(where), statement(where, fc.constant('Allow')))),
      (policies, asked, [where, allowance]) => {
        if (!policies[where]) return;
        const before = evaluate(asked, setOf(policies));
        const after = evaluate(asked, setOf(extended(policies, where, allowance)));
        if (before.allowed) expect(after.allowed).toBe(true);
        if (before.reason === 'explicit-deny') expect(after.reason).toBe('explicit-deny');
      },
    ),
    runs,
  );
});

it('boundaries and session policies only ever narrow', () => {
  fc.assert(
    fc.property(documents(), request, (policies, asked) => {
      const { identity, resource, resourcePolicyRequired } = policies;
      const bare: Documents = { identity, resourcePolicyRequired, ...(resource && { resource }) };
      if (evaluate(asked, setOf(policies)).allowed) expect(evaluate(asked, setOf(bare)).allowed).toBe(true);
    }),
    runs,
  );
});

it('the order of statements, and how they are spread over policies, changes nothing', () => {
  fc.assert(
    fc.property(documents(), request, (policies, asked) => {
      const set = setOf(policies);
      const spread: PolicySet = {
        ...set,
        identity: [...policies.identity].reverse().map((item) => compile('identity', [item])),
        ...(policies.session && { session: policies.session.map((item) => compile('session', [item])) }),
        ...(policies.resource && { resource: compile('resource', [...policies.resource].reverse()) }),
      };
      const { allowed, reason } = evaluate(asked, set);
      expect(evaluate(asked, spread)).toMatchObject({ allowed, reason });
    }),
    runs,
  );
});

it('never throws for a lawful policy, whatever the context answers', () => {
  const wild = fc.func(
    fc.oneof(fc.constant(undefined), fc.string({ unit: 'binary' }), fc.array(fc.string(), { maxLength: 3 }), some(...VALUES)),
  );
  fc.assert(
    fc.property(documents(), request, wild, some('2008-10-17', '2012-10-17'), (policies, asked, lookup, version) => {
      const set = { ...setOf(policies), identity: [compile('identity', policies.identity, version)] };
      expect(() => evaluate({ ...asked, context: lookup as AuthorizationRequest['context'] }, set)).not.toThrow();
    }),
    runs,
  );
});

describe('against the published rules, as formulas over all combinations', () => {
  const says = ['none', 'silent', 'allows', 'denies'] as const;
  const grants = ['none', 'silent', 'account', 'role', 'caller', 'everybody', 'denies'] as const;
  const own = '111111111111';
  const callers: RequestPrincipal[] = [
    { kind: 'user', accountId: own, arn: ARNS[0]! },
    { kind: 'assumed-role', accountId: own, arn: ARNS[2]!, roleArn: ARNS[1]! },
    { kind: 'root', accountId: own, arn: ARNS[3]! },
  ];
  const plain = (kind: PolicyKind, what: (typeof says)[number]) =>
    compile(kind, [
      { Effect: what === 'denies' ? 'Deny' : 'Allow', Action: what === 'silent' ? 'a:b' : 'kms:Decrypt', Resource: '*' },
    ]);
  const resource = (caller: RequestPrincipal, what: (typeof grants)[number]) => {
    const AWS = {
      account: own,
      role: ARNS[1]!,
      caller: caller.kind === 'root' ? own : caller.arn,
      everybody: '*',
      denies: '*',
      silent: ARNS[4]!,
      none: '',
    }[what];
    return compile('resource', [
      { Effect: what === 'denies' ? 'Deny' : 'Allow', Action: 'kms:Decrypt', Resource: '*', Principal: { AWS } },
    ]);
  };

  it.each(callers)('$kind', (caller) => {
    let count = 0;
    for (const account of ACCOUNTS) {
      for (const required of [false, true]) {
        for (const I of says)
          for (const B of says)
            for (const S of says)
              for (const R of grants) {
                const policies: PolicySet = {
                  identity: I === 'none' ? [] : [plain('identity', I)],
                  ...(B !== 'none' && { boundary: plain('boundary', B) }),
                  ...(S !== 'none' && { session: [plain('session', S)] }),
                  ...(R !== 'none' && { resource: resource(caller, R) }),
                  resourcePolicyRequired: required,
                };
                const isRoot = caller.kind === 'root';
                const denied = [I, B, S, R].includes('denies');
                const within = (B === 'none' || B === 'allows') && (S === 'none' || S === 'allows');
                const accountSide = (isRoot || I === 'allows') && within;
                // Whom the grant names: the role's ARN is nothing to a user or to root.
                const toAll = R === 'everybody';
                const toCaller = R === 'caller' || (isRoot && R === 'account');
                const toRole = R === 'role' && caller.kind === 'assumed-role';
                const named = toAll || toCaller || toRole || R === 'account';
                const narrowedUser = caller.kind === 'user' && S !== 'none';
                const standsAlone = toAll || (toCaller && !narrowedUser);
                const limited = (toRole || (toCaller && narrowedUser)) && within;
                const expected =
                  !denied &&
                  (account === own ? standsAlone || limited || (accountSide && (!required || named)) : named && accountSide);
                const decision = evaluate(
                  {
                    action: 'kms:Decrypt',
                    resource: `arn:aws:kms:r:${account}:key/a`,
                    resourceAccountId: account,
                    principal: caller,
                    context: () => undefined,
                  },
                  policies,
                );
                const reason = expected ? 'allowed' : denied ? 'explicit-deny' : 'implicit-deny';
                expect({ account, required, I, B, S, R, reason: decision.reason }).toEqual({
                  account,
                  required,
                  I,
                  B,
                  S,
                  R,
                  reason,
                });
                count++;
              }
      }
    }
    expect(count).toBe(2 * 2 * 4 * 4 * 4 * 7);
  });
});
