import { pollUntil, unlessAborted, within } from './index';

const never = new Promise<never>(() => undefined);
const late = () => new Error('late');

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

describe('pollUntil', () => {
  it('resolves with the first answer that is one', async () => {
    const answers = [undefined, false, 0, 1] as const;
    let asked = 0;
    const answer = pollUntil(() => answers[asked++], 1_000, 10);
    await jest.advanceTimersByTimeAsync(100);
    expect([await answer, asked]).toEqual([0, 3]);
  });

  it('asks once where there is no time, and last when the time is over', async () => {
    let asked = 0;
    const probe = () => (asked++, false as const);
    expect(await pollUntil(probe, 0)).toBeUndefined();
    expect(asked).toBe(1);
    const answer = pollUntil(async () => probe(), 25, 10);
    await jest.advanceTimersByTimeAsync(25);
    expect([await answer, asked]).toEqual([undefined, 5]);
  });

  it('rejects with what the probe throws', async () => {
    await expect(pollUntil(() => Promise.reject(late()), 1_000)).rejects.toThrow('late');
  });
});

describe('within', () => {
  it('ends as the work does, and leaves no timer', async () => {
    expect(await within(Promise.resolve(1), 1_000, late)).toBe(1);
    await expect(within(Promise.reject(new Error('broken')), 1_000, late)).rejects.toThrow('broken');
    expect(jest.getTimerCount()).toBe(0);
  });

  it('rejects when the time is over, at once where there is none', async () => {
    const outcome = expect(within(never, 1_000, late)).rejects.toThrow('late');
    await jest.advanceTimersByTimeAsync(1_000);
    await outcome;
    await expect(within(Promise.resolve(1), 0, late)).rejects.toThrow('late');
  });
});

describe('unlessAborted', () => {
  it('ends as the work does', async () => {
    const { signal } = new AbortController();
    expect(await unlessAborted(Promise.resolve(1), signal, late)).toBe(1);
    await expect(unlessAborted(Promise.reject(new Error('broken')), signal, late)).rejects.toThrow('broken');
  });

  it('rejects when the signal aborts, at once where it has', async () => {
    const control = new AbortController();
    const outcome = expect(unlessAborted(never, control.signal, late)).rejects.toThrow('late');
    control.abort();
    await outcome;
    await expect(unlessAborted(Promise.resolve(1), control.signal, late)).rejects.toThrow('late');
  });
});
