import { compilePolicy } from './compile';
import { contextOf } from './context';
import { decidingStatement } from './deciding-statement';
import { evaluate } from './evaluate';
import type { PolicySet } from './compiled-policy';

const ACCOUNT = '000000000000';
const ARN = `arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:db-a1B2c3`;
const document = (...statements: object[]) =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements.map((one) => ({ Resource: '*', ...one })) });
const allow = (Action: string, more: object = {}) => ({ Effect: 'Allow', Action, ...more });
const deny = (Action: string, more: object = {}) => ({ Effect: 'Deny', Action, ...more });

const ask = (policies: PolicySet) => {
  const request = {
    action: 'secretsmanager:GetSecretValue',
    resource: ARN,
    resourceAccountId: ACCOUNT,
    principal: { kind: 'user', arn: `arn:aws:iam::${ACCOUNT}:user/ann`, accountId: ACCOUNT },
    context: contextOf({}),
  } as const;
  return decidingStatement(evaluate(request, policies), policies);
};

const other = compilePolicy(document(allow('kms:*'), allow('sts:*')), 'identity');

it('finds the statement that allowed, in its policy and by its place', () => {
  const policy = compilePolicy(document(allow('kms:*'), allow('secretsmanager:Get*', { Sid: 'Read' })), 'identity');
  expect(ask({ identity: [other, policy] })).toEqual({ policy, place: 'Statement[1]', sid: 'Read', effect: 'Allow' });
});

it('finds the Deny that wins, wherever it stands', () => {
  const allowing = compilePolicy(document(allow('*')), 'identity');
  for (const kind of ['boundary', 'resource', 'session'] as const) {
    const principal = kind === 'resource' ? { Principal: '*' } : {};
    const policy = compilePolicy(document(allow('*', principal), deny('*', principal)), kind);
    const set = { identity: [allowing], [kind]: kind === 'session' ? [policy] : policy };
    expect(ask(set)).toEqual({ policy, place: 'Statement[1]', effect: 'Deny' });
  }
});

it('finds none where nobody allows', () => {
  expect(ask({ identity: [other] })).toBeUndefined();
  const boundary = compilePolicy(document(allow('kms:*')), 'boundary');
  expect(ask({ identity: [compilePolicy(document(allow('*')), 'identity')], boundary })).toBeUndefined();
});
