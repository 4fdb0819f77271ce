import { SIGN_IN } from '@strongroom/bounds';
import { ManualClock } from '@strongroom/clock';
import { GuessLimiter } from './guess-limiter';
import { InMemoryGuessCounter } from './in-memory-guess-counter.testing';

let clock: ManualClock;
let limiter: GuessLimiter;
beforeEach(() => {
  clock = new ManualClock('2026-03-01T12:00:00Z');
  limiter = new GuessLimiter(new InMemoryGuessCounter(), clock);
});

const HOME = '192.0.2.1';
const guess = (address: string, subject = 'ada', userId: string | undefined = 'AIDA') =>
  limiter.begin({ subject, userId, address }, Infinity);
/** How many wrong guesses there are until one is refused, at most 1,000. */
async function wrongGuesses(addressOf: (n: number) => string, subjectOf = (_n: number) => 'ada'): Promise<number> {
  for (let n = 0; n < 1_000; n++) {
    try {
      await guess(addressOf(n), subjectOf(n));
    } catch (error) {
      expect(error).toMatchObject({ reason: 'ThrottlingException', metadata: { retry_after_ms: expect.any(String) } });
      return n;
    }
  }
  return 1_000;
}

it('counts by user and network, and gives one more after a while', async () => {
  expect(await wrongGuesses(() => HOME)).toBe(SIGN_IN.guessesHere);
  clock.advance(SIGN_IN.guessHereMs - 1);
  expect(await wrongGuesses(() => HOME)).toBe(0);
  clock.advance(1);
  expect(await wrongGuesses(() => HOME)).toBe(1);
  expect(
    await wrongGuesses(
      () => HOME,
      () => 'bob',
    ),
  ).toBe(SIGN_IN.guessesHere);
});

it('says when there is one more', async () => {
  await wrongGuesses(() => HOME);
  clock.advance(60_000);
  await expect(guess(HOME)).rejects.toMatchObject({ metadata: { retry_after_ms: String(SIGN_IN.guessHereMs - 60_000) } });
});

it('counts networks of one user together, and the addresses of one IPv6 network as one', async () => {
  expect(await wrongGuesses((n) => `198.51.100.${n}`)).toBe(SIGN_IN.guessesElsewhere);
  expect(
    await wrongGuesses(
      (n) => `2001:db8::${n.toString(16)}`,
      () => 'bob',
    ),
  ).toBe(SIGN_IN.guessesHere);
});

it('counts the users of one network together', async () => {
  expect(
    await wrongGuesses(
      () => HOME,
      (n) => `user ${n}`,
    ),
  ).toBe(SIGN_IN.guessesOfNetwork);
});

it('does not lock users out where they have been', async () => {
  const right = await guess(HOME);
  await right('AIDA');
  await wrongGuesses((n) => `198.51.100.${n}`);
  await expect(guess('203.0.113.9')).rejects.toMatchObject({ reason: 'ThrottlingException' });
  expect(await wrongGuesses(() => HOME)).toBe(SIGN_IN.guessesHere);
});

it('counts right guesses no more', async () => {
  for (let n = 0; n < 200; n++) {
    const right = await guess(HOME, `user ${n}`, `AIDA${n}`);
    await right(`AIDA${n}`);
  }
  for (let n = 0; n < SIGN_IN.guessesHere - 1; n++) await guess(HOME);
  await (
    await guess(HOME)
  )('AIDA');
  expect(await wrongGuesses(() => HOME)).toBe(SIGN_IN.guessesHere);
});

it('takes nothing from what it refuses', async () => {
  await wrongGuesses(() => HOME);
  for (let n = 0; n < 100; n++) await guess(HOME).catch(() => undefined);
  expect(
    await wrongGuesses(
      () => HOME,
      () => 'bob',
    ),
  ).toBe(SIGN_IN.guessesHere);
});
