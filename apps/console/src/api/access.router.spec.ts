import { GetUserResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { accessDenied, resourceNotFound } from '@strongroom/errors';
import { accessRouter } from './access.router';
import { signedIn, testProcedure } from './signed-in.testing';

const asked: string[] = [];
/** What the services answer, by method; what is missing, they have not found. */
let answers: Record<string, unknown> = {};
const service = new Proxy(
  {},
  {
    get: (_target, name: string) => async () => {
      asked.push(name);
      const answer = answers[name];
      if (answer instanceof Error) throw answer;
      if (answer === undefined) throw resourceNotFound(`${name} has not found it`);
      return answer;
    },
  },
);
const clients = { identity: service, keys: service, secrets: service } as never;
const caller = accessRouter({ clients, region: 'us-east-1' }, testProcedure).createCaller(signedIn(Date.now()));
const question = { who: 'user/bob', action: 'secretsmanager:GetSecretValue', what: '*' };
const none = { nextToken: '' };

beforeEach(() => {
  asked.length = 0;
  answers = {
    getUser: GetUserResponse.fromPartial({ user: { userName: 'bob', arn: 'arn:aws:iam::000000000000:user/bob' } }),
    listAttachedPolicies: { attachedPolicies: [], ...none },
    listInlinePolicies: { policyNames: ['reads'], ...none },
    listGroupsForUser: { groups: [], ...none },
    getInlinePolicy: {
      policyName: 'reads',
      policyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Sid: 'Reads', Effect: 'Allow', Action: 'secretsmanager:Get*', Resource: '*' }],
      }),
    },
  };
});

it('lists what policies can name, in the order of the alphabet', async () => {
  const { actions } = await caller.actions();
  expect(actions).toEqual([...actions].sort());
  expect(actions).toEqual(expect.arrayContaining(['kms:Decrypt', 'secretsmanager:GetSecretValue', 'sns:Publish']));
});

it('says that somebody may, and which statement says so', async () => {
  expect(await caller.can(question)).toMatchObject({
    who: 'arn:aws:iam::000000000000:user/bob',
    decision: 'allowed',
    policy: { kind: 'inline policy', name: 'reads', of: 'user bob', sid: 'Reads' },
  });
});

it('says that nothing allows it', async () => {
  expect(await caller.can({ ...question, action: 'secretsmanager:PutSecretValue' })).toMatchObject({
    decision: 'denied',
    denial: 'implicit',
  });
});

it.each([
  [{ ...question, who: '' }, 'who: must not be empty'],
  [{ ...question, what: 'x'.repeat(2_049) }, 'what: is too long'],
  [
    { ...question, context: { 'aws:SourceIp': Array.from({ length: 51 }, () => '1') } },
    'context.aws:SourceIp: has at most 50 values',
  ],
  [
    { ...question, context: Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`k${n}`, ['1']])) },
    'context: has at most 20 keys',
  ],
])('refuses a question (%#)', async (input, message) => {
  await expect(caller.can(input)).rejects.toMatchObject({ code: 'BAD_REQUEST', message });
  expect(asked).toEqual([]);
});

it('tells what is no question', async () => {
  await expect(caller.can({ ...question, action: 'Nonsense' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
  await expect(caller.can({ ...question, who: 'somebody' })).rejects.toMatchObject({ code: 'BAD_REQUEST' });
});

it('says so when the person may not read what decides', async () => {
  answers['listInlinePolicies'] = accessDenied('not you');
  await expect(caller.can(question)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
