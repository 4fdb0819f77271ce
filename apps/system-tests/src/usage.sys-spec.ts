import { GroupBy } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { eventually } from '@strongroom/testing';
import { outcome } from './support/api';
import { allow } from './support/policies';
import { type RunningSystem, System, text, unique } from './support/system';

let system: RunningSystem;

beforeAll(async () => {
  system = await System.running();
});
afterAll(() => system?.stop());

it('counts real calls, each once, and charges for them', async () => {
  const { api, arn: principal } = await system.user('counted', allow(['secretsmanager:*', 'ce:GetCostAndUsage']));
  const { arn: secret } = await api.secrets.createSecret({ name: unique('counted'), value: text('x') });
  for (let i = 0; i < 3; i++) await api.secrets.getSecretValue({ secretId: secret });
  expect(await outcome(api.secrets.getSecretValue({ secretId: secret, versionStage: 'nowhere' }))).toMatch(/^not-found/);
  await api.secrets.deleteSecret({ secretId: secret });

  const rows = async () => {
    const filter = { secret };
    return (await api.usage.getUsage({ filter, groupBy: [GroupBy.OPERATION, GroupBy.PRINCIPAL] })).rows;
  };
  const isCounted = async () => (await rows()).some(({ operation }) => operation === 'secretsmanager:DeleteSecret');
  await eventually('the calls are counted', isCounted, 30_000);
  // Midnight may be among the calls.
  const sum = async (operation: string) =>
    (await rows())
      .filter((row) => row.operation === `secretsmanager:${operation}` && row.principal === principal)
      .map(({ counters }) => counters!)
      .reduce((sums, { calls, failedCalls, billedCalls, repeatedReads }) => ({
        calls: sums.calls + calls,
        failedCalls: sums.failedCalls + failedCalls,
        billedCalls: sums.billedCalls + billedCalls,
        repeatedReads: sums.repeatedReads + repeatedReads,
      }));
  expect(await sum('CreateSecret')).toEqual({ calls: 1n, failedCalls: 0n, billedCalls: 1n, repeatedReads: 0n });
  expect(await sum('GetSecretValue')).toEqual({ calls: 4n, failedCalls: 1n, billedCalls: 4n, repeatedReads: 2n });
  expect(await sum('DeleteSecret')).toEqual({ calls: 1n, failedCalls: 0n, billedCalls: 1n, repeatedReads: 0n });

  const { statement } = await api.usage.getStatement();
  expect(statement).toMatchObject({ closed: false, accountId: '000000000000' });
  expect(statement!.days.length).toBeGreaterThan(0);
});
