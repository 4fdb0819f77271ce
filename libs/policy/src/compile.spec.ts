import fc from 'fast-check';
import { compilePolicy, validatePolicy } from './compile';
import type { PolicyKind } from './model';

const IDENTITY_KINDS: PolicyKind[] = ['identity', 'boundary', 'session'];

const ALLOW = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' };
const GRANT = { ...ALLOW, Principal: { AWS: '111111111111' } };
const TRUST = { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '111111111111' } };

const policy = (...statements: object[]) => JSON.stringify({ Version: '2012-10-17', Statement: statements });
const without = (statement: object, ...names: string[]) =>
  Object.fromEntries(Object.entries(statement).filter(([name]) => !names.includes(name)));
const errors = (document: string, kind: PolicyKind) =>
  validatePolicy(document, kind)
    .filter(({ severity }) => severity === 'error')
    .map(({ place, rule }) => `${place}: ${rule}`);

describe('well-formed documents', () => {
  it.each<[string, PolicyKind, string]>([
    ['one statement without a list', 'identity', JSON.stringify({ Statement: ALLOW })],
    ['an Id', 'resource', JSON.stringify({ Version: '2008-10-17', Id: 'key-default-1', Statement: [GRANT] })],
    ['all wildcards', 'identity', policy({ ...ALLOW, Action: '*' })],
    ['wildcards in actions', 'identity', policy({ ...ALLOW, Action: ['kms:*', 'secretsmanager:Get*', '*:*', 'iam:?etUser'] })],
    [
      'NotAction and NotResource',
      'boundary',
      policy({ Effect: 'Deny', NotAction: 'iam:*', NotResource: 'arn:aws:iam::*:user/${aws:username}' }),
    ],
    [
      'ARNs cut short by a star',
      'session',
      policy({ ...ALLOW, Resource: ['arn:aws:kms:*', 'arn:aws:kms*', 'arn:aws:kms:us-east-1:*', 'arn:aws-cn:s3:::b'] }),
    ],
    ['sentences as Sids', 'resource', policy({ ...GRANT, Sid: 'Enable IAM User Permissions' })],
    ['empty Sids, twice', 'identity', policy({ ...ALLOW, Sid: '' }, { ...ALLOW, Sid: '' })],
    ['an empty Condition', 'identity', policy({ ...ALLOW, Condition: {} })],
    ['everybody', 'resource', policy({ ...ALLOW, Principal: '*' }, { ...ALLOW, Principal: { AWS: '*' } })],
    [
      'principals of every form',
      'resource',
      policy({
        ...ALLOW,
        Principal: {
          AWS: [
            '111111111111',
            'arn:aws:iam::111111111111:root',
            'arn:aws:iam::111111111111:user/team/alice',
            'arn:aws:iam::111111111111:role/api',
            'arn:aws:sts::111111111111:assumed-role/api/i-1',
            'arn:aws:sts::111111111111:federated-user/bob',
          ],
          Service: ['rotation.strongroom.internal', 'ec2.amazonaws.com'],
          Federated: ['arn:aws:iam::111111111111:saml-provider/corp', 'accounts.example.com'],
        },
      }),
    ],
    ['NotPrincipal', 'resource', policy({ ...ALLOW, Effect: 'Deny', NotPrincipal: { AWS: '111111111111' } })],
    ['a trust policy', 'trust', policy(TRUST, { ...TRUST, Action: ['sts:TagSession', 'STS:Assume*'] })],
  ])('%s', (_, kind, document) => {
    expect(errors(document, kind)).toEqual([]);
    expect(compilePolicy(document, kind)).toMatchObject({ kind });
  });

  it('keep kind, version, id and Sids', () => {
    const document = JSON.stringify({
      Id: 'one',
      Statement: [
        { ...GRANT, Sid: 'first' },
        { ...GRANT, Effect: 'Deny' },
      ],
    });
    expect(compilePolicy(document, 'resource')).toMatchObject({
      kind: 'resource',
      version: '2008-10-17',
      id: 'one',
      allows: [{ sid: 'first', place: 'Statement[0]' }],
      denies: [{ place: 'Statement[1]' }],
    });
  });
});

describe('malformed documents', () => {
  it.each<[string, PolicyKind, string]>([
    ['', 'identity', 'line 1, column 1: ends too early'],
    ['{"Statement":[}', 'identity', 'line 1, column 15: expects a JSON value'],
    ['[]', 'identity', ': must be a JSON object'],
    ['"x"', 'identity', ': must be a JSON object'],
    ['null', 'identity', ': must be a JSON object'],
    ['{}', 'identity', ': must have the element Statement'],
    ['{"Version":"2012-10-17","Statement":[]}', 'identity', 'Statement: must have at least one statement'],
    ['{"Statement":"x"}', 'identity', 'Statement: must be an object'],
    ['{"Statement":[7]}', 'identity', 'Statement[0]: must be an object'],
    [JSON.stringify({ Version: '2012-10-18', Statement: ALLOW }), 'identity', 'Version: must be 2012-10-17 or 2008-10-17'],
    [JSON.stringify({ Version: null, Statement: ALLOW }), 'identity', 'Version: must be 2012-10-17 or 2008-10-17'],
    [JSON.stringify({ Id: 7, Statement: ALLOW }), 'identity', 'Id: must be a string'],
    [JSON.stringify({ version: '2012-10-17', Statement: ALLOW }), 'identity', 'version: is not an element of a policy'],
    [
      policy(ALLOW).replace('"Effect"', '"Effect":"Deny","Effect"'),
      'identity',
      'Statement[0].Effect: must not occur twice in its object',
    ],
    [policy(ALLOW).replace('{"V', '{"Version":"2008-10-17","V'), 'identity', 'Version: must not occur twice in its object'],
    [policy({ ...ALLOW, action: 'x:y' }), 'identity', 'Statement[0].action: is not an element of a statement'],
    [policy(ALLOW, { ...ALLOW, Sid: 'a b' }), 'identity', 'Statement[1].Sid: must consist of ASCII letters and digits'],
    [policy({ ...TRUST, Sid: 'a b' }), 'trust', 'Statement[0].Sid: must consist of ASCII letters and digits'],
    [policy({ ...GRANT, Sid: 'é' }), 'resource', 'Statement[0].Sid: must consist of printable ASCII characters'],
    [policy({ ...ALLOW, Sid: 1 }), 'identity', 'Statement[0].Sid: must be a string'],
    [policy({ ...ALLOW, Sid: 'a' }, { ...ALLOW, Sid: 'a' }), 'identity', 'Statement[1].Sid: must be unique in the policy'],
    [policy(without(ALLOW, 'Effect')), 'identity', 'Statement[0]: must have the element Effect'],
    [policy({ ...ALLOW, Effect: 'allow' }), 'identity', 'Statement[0].Effect: must be Allow or Deny'],
    [policy(without(ALLOW, 'Action')), 'identity', 'Statement[0]: must have Action or NotAction, and only one of them'],
    [policy({ ...ALLOW, NotAction: 'x:y' }), 'identity', 'Statement[0]: must have Action or NotAction, and only one of them'],
    [policy({ ...ALLOW, Action: [] }), 'identity', 'Statement[0].Action: must have at least one value'],
    [policy({ ...ALLOW, Action: 7 }), 'identity', 'Statement[0].Action: must be a string or a list of strings'],
    [policy({ ...ALLOW, Action: ['x:y', null] }), 'identity', 'Statement[0].Action[1]: must be a string'],
    ...['GetSecretValue', 's3*:Get', 'kms:', ':x', 'kms:a:b', 'kms: x', '', '**'].map((action): [string, PolicyKind, string] => [
      policy({ ...ALLOW, Action: action }),
      'identity',
      `Statement[0].Action: must be * or service:Action, wildcards in the action only (found ${JSON.stringify(action)})`,
    ]),
    [policy(without(ALLOW, 'Resource')), 'identity', 'Statement[0]: must have Resource or NotResource, and only one of them'],
    [policy(without(GRANT, 'Resource')), 'resource', 'Statement[0]: must have Resource or NotResource, and only one of them'],
    [policy({ ...ALLOW, NotResource: '*' }), 'session', 'Statement[0]: must have Resource or NotResource, and only one of them'],
    ...['', 'db', 'arn', 'arn:aws:kms', 'arn:aws:kms:r', '*:kms'].map((resource): [string, PolicyKind, string] => [
      policy({ ...ALLOW, Resource: ['*', resource] }),
      'identity',
      `Statement[0].Resource[1]: must be * or an ARN: arn:partition:service:region:account:resource (found ${JSON.stringify(resource)})`,
    ]),
    [
      policy({ ...ALLOW, Resource: 'arn:gcp:kms:r:111111111111:x' }),
      'identity',
      'Statement[0].Resource: must name the partition of the ARN, such as aws (found "arn:gcp:kms:r:111111111111:x")',
    ],
    [
      policy({ ...ALLOW, Resource: 'arn:aws:k?s:r:111111111111:x' }),
      'identity',
      'Statement[0].Resource: must name the service of the ARN, without wildcards (found "arn:aws:k?s:r:111111111111:x")',
    ],
    [
      policy({ ...ALLOW, Resource: 'arn:aws:iam::${aws:PrincipalAccount}:user/x' }),
      'identity',
      'Statement[0].Resource: may have variables only in the last part of the ARN, after the fifth colon (found "arn:aws:iam::${aws:PrincipalAccount}:user/x")',
    ],
    [policy({ ...ALLOW, Resource: 'arn:aws:iam::1:user/${' }), 'identity', 'Statement[0].Resource: has a ${ without its }'],
    [policy(without(GRANT, 'Principal')), 'resource', 'Statement[0]: must have Principal or NotPrincipal, and only one of them'],
    [policy(without(TRUST, 'Principal')), 'trust', 'Statement[0]: must have Principal or NotPrincipal, and only one of them'],
    [
      policy({ ...GRANT, NotPrincipal: '*' }),
      'resource',
      'Statement[0]: must have Principal or NotPrincipal, and only one of them',
    ],
    [
      policy({ ...GRANT, Principal: 'x' }),
      'resource',
      'Statement[0].Principal: must be "*" or an object with AWS, Service or Federated',
    ],
    [
      policy({ ...GRANT, Principal: ['*'] }),
      'resource',
      'Statement[0].Principal: must be "*" or an object with AWS, Service or Federated',
    ],
    [policy({ ...GRANT, Principal: {} }), 'resource', 'Statement[0].Principal: must name at least one principal'],
    [policy({ ...GRANT, Principal: { AWS: [] } }), 'resource', 'Statement[0].Principal.AWS: must have at least one value'],
    [
      policy({ ...GRANT, Principal: { aws: '*' } }),
      'resource',
      'Statement[0].Principal.aws: is not a type of principal: AWS, Service or Federated',
    ],
    [
      policy({ ...GRANT, Principal: { CanonicalUser: 'x' } }),
      'resource',
      'Statement[0].Principal.CanonicalUser: is not supported: only Amazon S3 knows canonical users; name the account',
    ],
    [
      policy({ ...GRANT, Principal: { AWS: ['*', 'arn:aws:iam::111111111111:user/*'] } }),
      'resource',
      'Statement[0].Principal.AWS[1]: must not have wildcards, other than "*" alone (found "arn:aws:iam::111111111111:user/*")',
    ],
    [
      policy({ ...GRANT, Principal: { AWS: '11111111111' } }),
      'resource',
      'Statement[0].Principal.AWS: must be "*", an account id of 12 digits, or an ARN (found "11111111111")',
    ],
    [
      policy({ ...GRANT, Principal: { AWS: 'arn:aws:iam::111111111111:group/ops' } }),
      'resource',
      'Statement[0].Principal.AWS: must not be a group: it cannot make a request (found "arn:aws:iam::111111111111:group/ops")',
    ],
    [
      policy({ ...GRANT, Principal: { AWS: 'arn:aws:sts::111111111111:assumed-role/api' } }),
      'resource',
      'Statement[0].Principal.AWS: must name a principal: ARN has an invalid session name: it must be 2 to 64 letters, digits and the characters _+=,.@- (found "arn:aws:sts::111111111111:assumed-role/api")',
    ],
    [
      policy({ ...GRANT, Principal: { Service: '*' } }),
      'resource',
      'Statement[0].Principal.Service: must be the name of a service, such as rotation.strongroom.internal, without wildcards (found "*")',
    ],
    [
      policy({ ...GRANT, Principal: { Federated: '*' } }),
      'trust',
      'Statement[0].Principal.Federated: must be the ARN or the domain of an identity provider, without wildcards (found "*")',
    ],
    [policy({ ...TRUST, Resource: '*' }), 'trust', 'Statement[0].Resource: must not occur in a trust policy'],
    [policy({ ...TRUST, NotResource: '*' }), 'trust', 'Statement[0].NotResource: must not occur in a trust policy'],
    [
      policy({ ...TRUST, Action: ['sts:AssumeRole', 'kms:Decrypt'] }),
      'trust',
      'Statement[0].Action[1]: must be an action of sts here',
    ],
    [policy({ ...TRUST, Action: '*' }), 'trust', 'Statement[0].Action: must be an action of sts here'],
    [
      policy(ALLOW, ALLOW, { ...ALLOW, Condition: { StringEquals: 'x' } }),
      'identity',
      'Statement[2].Condition.StringEquals: must be an object of condition keys',
    ],
  ])('%j as %s', (document, kind, expected) => {
    const findings = errors(document, kind);
    expect(findings).toContainEqual(expect.stringContaining(expected));
    const [first] = findings;
    expect(() => compilePolicy(document, kind)).toThrow(
      expect.objectContaining({ kind: 'invalid-argument', reason: 'MalformedPolicyDocumentException' }),
    );
    const { place, rule } = validatePolicy(document, kind).find(({ severity }) => severity === 'error')!;
    expect(first).toBe(`${place}: ${rule}`);
    expect(() => compilePolicy(document, kind)).toThrow(
      expect.objectContaining({ message: `${place || 'The policy'} ${rule}.`, metadata: { place, rule } }),
    );
  });

  it.each(IDENTITY_KINDS)('a principal in a policy of kind %s', (kind) => {
    expect(errors(policy(GRANT), kind)).toEqual([expect.stringMatching(/^Statement\[0\]\.Principal: must not occur in an? /)]);
    expect(errors(policy({ ...ALLOW, NotPrincipal: '*' }), kind)).toEqual([
      expect.stringContaining('Statement[0].NotPrincipal: must not'),
    ]);
  });

  it('one character past the limit', () => {
    const document = policy(ALLOW);
    expect(validatePolicy(document, 'identity', { maxLength: document.length })).toEqual([]);
    expect(() => compilePolicy(document, 'identity', { maxLength: document.length - 1 })).toThrow(
      `The policy must have at most ${document.length - 1} characters.`,
    );
  });

  it('lists every finding in the order of the document', () => {
    const document = policy(
      { Effect: 'allow', Action: 'x', Resource: '*', Color: 'red' },
      { ...ALLOW, Condition: { Bool: { 'a:b': 'x' }, Foo: {} } },
    );
    expect(errors(document, 'identity').map((finding) => finding.split(': ')[0])).toEqual([
      'Statement[0].Color',
      'Statement[0].Effect',
      'Statement[0].Action',
      'Statement[1].Condition.Bool.a:b',
      'Statement[1].Condition.Foo',
    ]);
  });
});

it('warns of what is lawful but unwise', () => {
  expect(validatePolicy(policy({ ...ALLOW, NotPrincipal: { AWS: '111111111111' } }), 'resource')).toEqual([
    { severity: 'warning', place: 'Statement[0].NotPrincipal', rule: expect.stringContaining('allows everybody') },
  ]);
  const old = JSON.stringify({ Statement: { ...ALLOW, Resource: 'arn:aws:iam::1:user/${aws:username}' } });
  expect(validatePolicy(old, 'identity')).toEqual([
    { severity: 'warning', place: 'Version', rule: expect.stringContaining('2012-10-17') },
  ]);
  expect(compilePolicy(old, 'identity').version).toBe('2008-10-17');
});

it('throws its own error or compiles, whatever the text', () => {
  const piece = fc.constantFrom(
    ...[
      'Statement',
      'Effect',
      'Allow',
      'Action',
      'Resource',
      'Principal',
      'Condition',
      'AWS',
      '*',
      'kms:*',
      '${',
      '__proto__',
      'StringLike',
      'a:b',
    ],
  );
  const { tree } = fc.letrec((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      piece,
      fc.constantFrom(null, true, 1),
      fc.array(tie('tree'), { maxLength: 3 }),
      fc.dictionary(piece, tie('tree'), { maxKeys: 5 }),
    ),
  }));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        tree.map((value) => JSON.stringify(value)),
        tree.map((value) => JSON.stringify({ Statement: value })),
      ),
      fc.constantFrom<PolicyKind>('identity', 'resource', 'trust'),
      (document, kind) => {
        const broken = errors(document, kind).length > 0;
        try {
          compilePolicy(document, kind);
          expect(broken).toBe(false);
        } catch (error) {
          expect(error).toMatchObject({ reason: 'MalformedPolicyDocumentException' });
          expect(broken).toBe(true);
        }
      },
    ),
    { numRuns: 1000 },
  );
});
