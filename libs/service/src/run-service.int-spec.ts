import { EventEmitter } from 'node:events';
import type { ServiceConfig } from '@strongroom/config';
import { eventually } from '@strongroom/testing';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { runService, type ServiceProgram } from './run-service';

/** A process that records what is written to it. `exit` only resolves `code`. */
class FakeProcess extends EventEmitter {
  readonly argv: string[];
  readonly env = { STRONGROOM_TEST: 'of the environment' };
  said = '';
  readonly stderr = { write: (text: string) => (this.said += text) };
  readonly logged: Record<string, unknown>[] = [];
  readonly log = { write: (line: string) => void this.logged.push(JSON.parse(line) as Record<string, unknown>) };
  private ended!: (code: number) => void;
  readonly code = new Promise<number>((resolve) => (this.ended = resolve));

  constructor(...args: string[]) {
    super();
    this.argv = ['node', 'main.js', ...args];
  }

  exit(code: number): void {
    this.ended(code);
  }
}

let metricsListen: string;
let drained: (() => void)[];
let program: ServiceProgram<ServiceConfig>;

beforeEach(async () => {
  metricsListen = `127.0.0.1:${await freePort()}`;
  drained = [];
  program = {
    name: 'test-service',
    readConfig: () => ({
      accountId: '000000000000',
      region: 'us-east-1',
      trustDomain: 'strongroom.local',
      listen: '127.0.0.1:0',
      metricsListen,
      tls: { caFile: 'ca.pem', certFile: 'cert.pem', keyFile: 'key.pem' },
      logLevel: 'info',
    }),
    start: (shell) => {
      shell.onDrain('calls', () => new Promise<void>((resolve) => drained.push(resolve)));
      return Promise.resolve({ port: 7_001 });
    },
  };
});

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
};
const health = async () => (await fetch(`http://${metricsListen}/healthz`)).status;

it.each(['SIGTERM', 'SIGINT'])(
  'serves until %s, drains, and ends with 0; says that it is not healthy while it drains',
  async (signal) => {
    const process = new FakeProcess();
    await runService(program, process);
    expect(process.logged).toMatchObject([{ level: 'info', service: 'test-service', message: 'serving', port: 7_001 }]);
    expect(await health()).toBe(200);
    process.emit(signal, signal);
    expect(await health()).toBe(503);
    drained[0]!();
    expect(await process.code).toBe(0);
    expect(process.said).toBe('');
    await expect(health()).rejects.toThrow();
  },
);

it('gives calls 10 s, and is not healthy before it has started', async () => {
  const process = new FakeProcess();
  const graces: number[] = [];
  const start: typeof program.start = async (shell) => {
    shell.onDrain('calls', (graceMs) => void graces.push(graceMs));
    expect(await health()).toBe(503);
    return { port: 7_001 };
  };
  await runService({ ...program, start }, process);
  expect(await health()).toBe(200);
  process.emit('SIGTERM', 'SIGTERM');
  await process.code;
  expect(graces).toEqual([10_000]);
});

it('ends at once, with 1, when a second signal comes while it drains', async () => {
  const process = new FakeProcess('serve');
  await runService(program, process);
  process.emit('SIGTERM', 'SIGTERM');
  process.emit('SIGINT', 'SIGINT');
  expect(await process.code).toBe(1);
  expect(process.said).toBe('test-service did not stop cleanly: SIGINT came while it stopped\n');
  await eventually('it drains', () => drained.length > 0);
  drained[0]!();
});

it('ends with 1 when a part of it did not stop', async () => {
  const process = new FakeProcess();
  const start: typeof program.start = (shell) => {
    shell.own('store', { close: () => Promise.reject(new Error('the store is away')) });
    return Promise.resolve({ port: 7_001 });
  };
  await runService({ ...program, start }, process);
  process.emit('SIGTERM', 'SIGTERM');
  expect(await process.code).toBe(1);
  expect(process.said).toBe('test-service did not stop cleanly: store: the store is away\n');
  expect(process.logged.at(-1)).toMatchObject({ level: 'error', message: 'a part of the service did not stop', name: 'store' });
});

it('ends with 1 when it cannot start, and has stopped what it had started', async () => {
  const process = new FakeProcess();
  await runService({ ...program, start: () => Promise.reject(new Error('the database is away')) }, process);
  expect(await process.code).toBe(1);
  expect(process.said).toBe('test-service cannot start: the database is away\n');
  await expect(health()).rejects.toThrow();
  expect(process.listenerCount('SIGTERM')).toBe(0);
});

it('does one of its tasks instead, with the environment', async () => {
  const process = new FakeProcess('migrate');
  const done: unknown[] = [];
  const migrate = (env: unknown) => Promise.resolve(void done.push(env));
  await runService({ ...program, tasks: { migrate } }, process);
  expect(done).toEqual([process.env]);
  expect(process.said).toBe('');
});

it.each([
  [{}, 'serve'],
  [{ migrate: () => Promise.resolve() }, 'serve or migrate'],
  [{ migrate: () => Promise.resolve(), bootstrap: () => Promise.resolve() }, 'serve, migrate or bootstrap'],
])('names its tasks to whoever asks for another one', async (tasks, names) => {
  const process = new FakeProcess('toString');
  await runService({ ...program, tasks }, process);
  expect(await process.code).toBe(1);
  expect(process.said).toBe(`test-service cannot start: no task 'toString': ${names}\n`);
});
