import type { ChangeListener } from '@strongroom/client';
import { usageError } from '../../cli-error';
import type { ChildProgram, Ended } from '../../process/child-program';
import { failure } from '../../values/fake-values.testing';
import { SecretNews } from '../../values/secret-news';
import { type Reading, Supervisor, type SupervisorOptions } from './supervisor';

/** A program that the test ends. */
class FakeProgram {
  readonly sent: string[] = [];
  hasEnded = false;
  stopping: () => unknown = () => undefined;
  /** By which signal it ends when it is stopped. */
  endsBy: NodeJS.Signals = 'SIGTERM';
  private end!: (end: Ended) => void;
  readonly ended = new Promise<Ended>((resolve) => (this.end = resolve));

  constructor(readonly env: Record<string, string>) {}

  send(signal: string): void {
    this.sent.push(signal);
  }

  async stop(): Promise<Ended> {
    this.sent.push('stop');
    this.stopping();
    this.exits({ code: null, signal: this.endsBy });
    return this.ended;
  }

  exits(end: Ended): void {
    this.hasEnded = true;
    this.end(end);
  }
}

const listeners = new Map<string, ChangeListener>();
const cache = {
  subscribe: (secret: string | { secretId: string }, listener: ChangeListener) => {
    const { secretId } = secret as { secretId: string };
    listeners.set(secretId, listener);
    return () => void listeners.delete(secretId);
  },
};

let news: SecretNews;
let programs: FakeProgram[];
let notes: string[];
let forgotten: string[];
let versionIds: Record<string, string>;
let failing: Error | undefined;
let forwarding: { endings: number };

const read = async (): Promise<Reading> => {
  if (failing) throw failing;
  news.follow(Object.keys(versionIds).map((secretId) => ({ secretId })));
  return {
    env: { VERSIONS: Object.values(versionIds).join(' ') },
    versionIds: new Map(Object.entries(versionIds)),
  };
};

const begin = async (options: Partial<SupervisorOptions> = {}) => {
  const supervisor = new Supervisor({
    start: async (env) => {
      programs.push(new FakeProgram(env));
      return programs.at(-1) as unknown as ChildProgram;
    },
    read,
    news,
    forwarding,
    onChange: { kind: 'restart' },
    onLost: 'keep',
    killAfterMs: 1_000,
    minIntervalMs: 5_000,
    note: (text) => notes.push(text),
    forget: async ({ secretId }) => void forgotten.push(secretId),
    ...options,
  });
  await supervisor.start(await read());
  return supervisor.watch();
};

/** The cache says so, and time passes. */
const changes = (secretId: string, versionId: string) => {
  versionIds[secretId] = versionId;
  listeners.get(secretId)!({ secretId, kind: 'changed', versionId });
};
const loses = (secretId: string) =>
  listeners.get(secretId)!({ secretId, kind: 'lost', error: failure('permission-denied', 'AccessDeniedException') });
const pass = (milliseconds: number) => jest.advanceTimersByTimeAsync(milliseconds);

beforeEach(() => {
  jest.useFakeTimers();
  listeners.clear();
  news = new SecretNews(cache);
  programs = [];
  notes = [];
  forgotten = [];
  versionIds = { a: 'a1', b: 'b1' };
  failing = undefined;
  forwarding = { endings: 0 };
});
afterEach(() => jest.useRealTimers());

it('starts the program again with the new values, once for changes at the same time', async () => {
  const end = begin();
  await pass(10_000);
  changes('a', 'a2');
  await pass(50);
  changes('b', 'b2');
  await pass(200);
  expect(programs.map(({ env }) => env['VERSIONS'])).toEqual(['a1 b1', 'a2 b2']);
  expect(programs[0]!.sent).toEqual(['stop']);
  expect(notes).toEqual(['a, b changed: the program is started again']);
  programs[1]!.exits({ code: 7, signal: null });
  expect(await end).toEqual({ code: 7, signal: null });
});

it('keeps the least time between two starts, and starts with what is current then', async () => {
  void begin();
  await pass(1_000);
  changes('a', 'a2');
  await pass(1_000);
  changes('a', 'a3');
  await pass(2_500);
  expect(programs).toHaveLength(1);
  await pass(1_000);
  expect(programs.map(({ env }) => env['VERSIONS'])).toEqual(['a1 b1', 'a3 b1']);
  await pass(60_000);
  expect(programs).toHaveLength(2);
});

it('leaves the program alone when nothing that it has is different', async () => {
  void begin();
  await pass(10_000);
  changes('a', 'a1');
  await pass(1_000);
  expect([programs.length, notes]).toEqual([1, []]);
});

it('ends as the program does, also while a restart waits', async () => {
  const end = begin();
  changes('a', 'a2');
  await pass(1_000);
  programs[0]!.exits({ code: null, signal: 'SIGSEGV' });
  expect(await end).toEqual({ code: null, signal: 'SIGSEGV' });
});

it('does not start what somebody has told to end during a restart', async () => {
  const end = begin();
  await pass(10_000);
  programs[0]!.stopping = () => forwarding.endings++;
  changes('a', 'a2');
  await pass(1_000);
  expect(await end).toEqual({ code: null, signal: 'SIGTERM' });
  expect(programs).toHaveLength(1);
});

it('leaves the program alone while the new values cannot be used, and tries again when the cluster was away', async () => {
  void begin();
  await pass(10_000);
  failing = usageError('A: the value is binary, and a variable is text');
  changes('a', 'a2');
  await pass(60_000);
  expect(notes).toEqual(['A: the value is binary, and a variable is text; the program keeps the environment that it has']);
  failing = Object.assign(usageError('a: ServiceUnavailableException'), { exitCode: 5 });
  changes('a', 'a3');
  await pass(1_000);
  failing = undefined;
  await pass(5_000);
  expect(programs.map(({ env }) => env['VERSIONS'])).toEqual(['a1 b1', 'a3 b1']);
});

it('keeps the program when a right ends, says why, forgets, and goes on when the right is back', async () => {
  void begin();
  await pass(10_000);
  loses('a');
  await pass(1_000);
  expect(notes).toEqual([
    'a cannot be read any more: AccessDeniedException: AccessDeniedException it is; the program keeps the environment that it has',
  ]);
  expect(forgotten).toEqual(['a']);
  changes('b', 'b2');
  await pass(10_000);
  expect(programs).toHaveLength(1);
  changes('a', 'a1');
  await pass(10_000);
  expect(notes.slice(1)).toEqual(['a can be read again', 'b changed: the program is started again']);
  expect(programs.map(({ env }) => env['VERSIONS'])).toEqual(['a1 b1', 'a1 b2']);
});

it('ends the program when a right ends, if it was told to', async () => {
  const end = begin({ onLost: 'stop' });
  await pass(1_000);
  loses('a');
  await pass(1_000);
  expect(await end).toEqual({ code: 4, signal: null });
  expect(programs[0]!.sent).toEqual(['stop']);
});

it('signals the program, or runs a command with the new environment', async () => {
  void begin({ onChange: { kind: 'signal', signal: 'SIGHUP' } });
  changes('a', 'a2');
  await pass(1_000);
  changes('a', 'a2');
  await pass(1_000);
  expect(programs[0]!.sent).toEqual(['SIGHUP']);
  expect(notes).toEqual(['a changed: the program gets SIGHUP']);
});
