import { GetStatementResponse } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { signedIn, testProcedure } from './signed-in.testing';
import { statementsRouter } from './statements.router';

const asked: unknown[] = [];
let answer = GetStatementResponse.fromPartial({ statement: { accountId: '000000000000', month: '2026-10' } });
const getStatement = async (request: unknown) => {
  asked.push(request);
  return answer;
};
const caller = statementsRouter({ usage: { getStatement: getStatement } }, testProcedure).createCaller(signedIn(Date.now()));

it.each([
  ['csv', 'strongroom-000000000000-2026-10.csv'],
  ['focus', 'strongroom-000000000000-2026-10-focus.csv'],
] as const)('gives a month as %s', async (format, name) => {
  const file = await caller.file({ month: '2026-10', format });
  expect(file).toEqual({ name, text: expect.stringMatching(/^\w+,/) });
  expect(asked.splice(0)).toMatchObject([{ month: '2026-10' }]);
});

it.each([
  [{ month: 'last', format: 'csv' }, 'month: must be YYYY-MM'],
  [{ month: '2026-10', format: 'pdf' }, 'format: must be one of csv, focus'],
])('refuses %j', async (input, message) => {
  await expect(caller.file(input as never)).rejects.toMatchObject({ code: 'BAD_REQUEST', message });
  expect(asked).toEqual([]);
});

it('says that there is none', async () => {
  answer = GetStatementResponse.fromPartial({});
  await expect(caller.file({ month: '2020-01', format: 'csv' })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: 'There is no statement of 2020-01.',
  });
});
