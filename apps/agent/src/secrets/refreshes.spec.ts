import { Refreshes } from './refreshes';

const turn = () => new Promise((resolve) => setImmediate(resolve));

class Fetches {
  begun = 0;
  private readonly ends: ((value: string) => void)[] = [];
  private readonly pauses: (() => void)[] = [];
  readonly refreshes = new Refreshes<string>(() => new Promise<void>((resolve) => this.pauses.push(resolve)));

  ask(key = 'a'): Promise<string> {
    return this.refreshes.ask(key, () => new Promise((resolve) => this.ends.push(resolve) && this.begun++));
  }

  async end(value: string): Promise<void> {
    this.ends.shift()!(value);
    await turn();
  }

  async endPause(): Promise<void> {
    this.pauses.shift()!();
    await turn();
  }
}

it('begins each fetch after it was asked for, one after the other, and shares the next', async () => {
  const fetches = new Fetches();
  const first = fetches.ask();
  const [second, third] = [fetches.ask(), fetches.ask()];
  expect(fetches.begun).toBe(1);
  await fetches.end('one');
  expect(await first).toBe('one');
  expect(fetches.begun).toBe(1);
  await fetches.endPause();
  expect(fetches.begun).toBe(2);
  await fetches.end('two');
  expect(await Promise.all([second, third])).toEqual(['two', 'two']);
});

it('holds up no other secret, and whoever comes after the pause waits for nobody', async () => {
  const fetches = new Fetches();
  void fetches.ask();
  void fetches.ask('b');
  expect(fetches.begun).toBe(2);
  await fetches.end('a');
  await fetches.endPause();
  void fetches.ask();
  expect(fetches.begun).toBe(3);
});

it('goes on after a failure', async () => {
  const refreshes = new Refreshes<string>(() => Promise.resolve());
  const failed = refreshes.ask('a', () => Promise.reject(new Error('away')));
  const next = refreshes.ask('a', () => Promise.resolve('back'));
  await expect(failed).rejects.toThrow('away');
  expect(await next).toBe('back');
});
