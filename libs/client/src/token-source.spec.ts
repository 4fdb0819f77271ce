import { HOUR, ManualClock, MINUTE, SECOND } from '@strongroom/clock';
import { TokenSource } from './token-source';

const soon = () => Date.now() + 5_000;

/** Hands out `token-1`, `token-2`, … */
const counting = (life?: number, clock = new ManualClock()) => {
  let asked = 0;
  const source = new TokenSource(async () => {
    const token = `token-${++asked}`;
    return life === undefined ? token : { token, expiresAt: new Date(clock.millis() + life) };
  }, clock);
  return { source, clock, asked: () => asked };
};

describe('a token that stands still', () => {
  it('is what every call gets, and cannot be replaced', async () => {
    const source = new TokenSource('the-token');
    expect(await source.get(soon())).toBe('the-token');
    expect(source.forget('the-token')).toBe(false);
    expect(await source.get(soon())).toBe('the-token');
  });
});

describe('a provider', () => {
  it('is asked once for all who wait', async () => {
    const provider = counting();
    const get = () => provider.source.get(soon());
    expect(await Promise.all([get(), get()])).toEqual(['token-1', 'token-1']);
    expect(await get()).toBe('token-1');
    expect(provider.asked()).toBe(1);
  });

  it.each([
    ['a minute before the end', HOUR, HOUR - MINUTE],
    ['after half of a short life', 30 * SECOND, 15 * SECOND],
  ])('is asked again %s', async (_when, life, renewal) => {
    const { source, clock } = counting(life);
    await source.get(soon());
    clock.advance(renewal - 1);
    expect(await source.get(soon())).toBe('token-1');
    clock.advance(1);
    expect(await source.get(soon())).toBe('token-2');
  });

  it('tells when the present token is renewed', async () => {
    const { source, clock } = counting(HOUR);
    await source.get(soon());
    expect(source.renewInMs).toBe(HOUR - MINUTE);
    clock.advance(10 * MINUTE);
    expect(source.renewInMs).toBe(HOUR - 11 * MINUTE);
    const endless = counting();
    await endless.source.get(soon());
    expect(endless.source.renewInMs).toBe(Infinity);
    expect(new TokenSource('the-token').renewInMs).toBe(Infinity);
  });

  it('is asked again when a service refused the token, once for all who were refused', async () => {
    const { source } = counting();
    await source.get(soon());
    expect(source.forget('token-1')).toBe(true);
    expect(await source.get(soon())).toBe('token-2');
    // Another call that went out with the old one.
    expect(source.forget('token-1')).toBe(true);
    expect(await source.get(soon())).toBe('token-2');
  });

  it('that fails is asked again by the next call', async () => {
    let broken = true;
    const source = new TokenSource(async () => {
      if (broken) throw new Error('no way to identity-service');
      return 'token';
    });
    await expect(source.get(soon())).rejects.toThrow('no way to identity-service');
    broken = false;
    expect(await source.get(soon())).toBe('token');
  });

  it('is waited for until the deadline and the signal, no longer', async () => {
    const source = new TokenSource(() => new Promise(() => undefined));
    await expect(source.get(Date.now() + 10)).rejects.toMatchObject({ reason: 'RequestTimeoutException' });
    const ending = new AbortController();
    const waiting = source.get(soon(), ending.signal);
    ending.abort();
    await expect(waiting).rejects.toMatchObject({ reason: 'RequestCanceledException' });
    await expect(source.get(soon(), AbortSignal.abort())).rejects.toMatchObject({ reason: 'RequestCanceledException' });
  });
});
