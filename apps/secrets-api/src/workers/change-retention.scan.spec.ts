import { silentLogger } from '@strongroom/telemetry';
import { ChangeRetentionScan } from './change-retention.scan';

it('removes until a batch is not full', async () => {
  const batches = [1_000, 1_000, 12, 1_000];
  const asked: number[] = [];
  const forgetOld = (limit: number) => {
    asked.push(limit);
    return Promise.resolve(batches.shift()!);
  };
  await new ChangeRetentionScan({ forgetOld }, silentLogger).scan();
  expect(asked).toEqual([1_000, 1_000, 1_000]);
});
