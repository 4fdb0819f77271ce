import { Metrics, silentLogger } from '@strongroom/telemetry';
import type { Shell } from './shell';
import { startService } from './start-service';

const config = {
  accountId: '000000000000',
  region: 'us-east-1',
  trustDomain: 'strongroom.local',
  listen: '127.0.0.1:0',
  tls: { caFile: 'ca.pem', certFile: 'cert.pem', keyFile: 'key.pem' },
};
const options = { name: 'test', config, logger: silentLogger, metrics: new Metrics({ service: 'test' }) };

let closed: string[];
beforeEach(() => {
  closed = [];
});

const start = (shell: Shell, ...names: string[]) => {
  for (const name of names) shell.own(name, { close: () => void closed.push(name) });
};

it('returns what the start returns, and serves until it is stopped', async () => {
  let shell!: Shell;
  const service = await startService(options, async (its) => {
    shell = its;
    start(shell, 'store', 'queue');
    expect(shell.isServing).toBe(false);
    return Promise.resolve({ port: 7_001, more: 'of it' });
  });
  expect(service).toMatchObject({ port: 7_001, more: 'of it' });
  expect(shell.isServing).toBe(true);
  await service.stop(0);
  expect(shell.isServing).toBe(false);
  expect(closed).toEqual(['queue', 'store']);
});

it('stops what a start that fails half-way had started, and says why it failed', async () => {
  const failed = startService(options, (shell) => {
    start(shell, 'store', 'queue');
    shell.own('pool', { close: () => Promise.reject(new Error('the pool does not close')) });
    return Promise.reject(new Error('the port is taken'));
  });
  await expect(failed).rejects.toThrow('the port is taken');
  expect(closed).toEqual(['queue', 'store']);
});
