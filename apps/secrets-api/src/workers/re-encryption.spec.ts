import { serviceUnavailable } from '@strongroom/errors';
import { silentLogger } from '@strongroom/telemetry';
import { QueuedReEncryptions } from './queued-re-encryptions';
import { reEncryptionJob } from './re-encryption.job';
import { reEncryptionProcessor } from './re-encryption.processor';
import { ReEncryptionScan } from './re-encryption.scan';

const job = { keyId: '11111111-1111-4111-8111-111111111111', runId: '22222222-2222-4222-8222-222222222222' };

it('is one job for each run of a key', () => {
  expect(reEncryptionJob.idOf(job)).toBe(`data-key-re-encryption-${job.keyId}-${job.runId}`);
});

it('goes back into the queue for as long as a batch must take, and ends when there is nothing to do', async () => {
  const process = (durationMs: number | undefined) => reEncryptionProcessor({ step: () => Promise.resolve(durationMs) })(job);
  await expect(process(60_000)).rejects.toMatchObject({ name: 'PostponedJob', delayMs: expect.closeTo(60_000, -4) as number });
  await expect(process(0)).rejects.toMatchObject({ name: 'PostponedJob', delayMs: 0 });
  await expect(process(undefined)).resolves.toBeUndefined();
});

it('is queued by the scan, and fails nobody when the queue is away', async () => {
  const warnings: string[] = [];
  const added: unknown[] = [];
  const logger = { ...silentLogger, warn: (message: string) => void warnings.push(message) };
  const store = { running: () => Promise.resolve([job]) };
  const scanWith = (add: (data: unknown) => Promise<void>) =>
    new ReEncryptionScan(store, new QueuedReEncryptions({ add }, logger), logger).scan();
  await scanWith(async (data) => void added.push(data));
  await scanWith(() => Promise.reject(serviceUnavailable('away')));
  expect([added, warnings]).toEqual([[job], ['a re-encryption could not be queued; the scan will find it']]);
});
