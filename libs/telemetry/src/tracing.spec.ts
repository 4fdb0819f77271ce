import { isTracing } from '@strongroom/tracing';
import { silentLogger } from './logger';
import { startTracing } from './tracing';

jest.mock('./span-export', () => {
  throw new Error('the SDK was loaded');
});

it('loads nothing and makes no spans without an endpoint', async () => {
  const tracing = await startTracing('test', undefined, silentLogger);
  expect(isTracing()).toBe(false);
  await tracing.close();
});

it('loads what exports spans only then', async () => {
  const config = { endpoint: 'http://127.0.0.1:4318', sampledShare: 1 };
  await expect(startTracing('test', config, silentLogger)).rejects.toThrow('the SDK was loaded');
});
