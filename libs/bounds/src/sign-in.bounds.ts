import { describeBounds, valuesOf } from './bound';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The limits on guessing passwords and codes: how many at once, and how long until there is one more. */
export const signInBounds = describeBounds({
  guessesHere: {
    value: 10,
    unit: 'count',
    of: 'wrong guesses about one user from one network, before each further one must wait',
    why: 'people mistype, and forget which of their passwords it was',
    test: 'apps/identity-service/src/domain/guess-limiter.spec.ts',
  },
  guessHereMs: {
    value: 5 * MINUTE,
    unit: 'milliseconds',
    of: 'time until there is one more of these',
    why: '288 a day: a code of six digits is found once in three years',
    test: 'apps/identity-service/src/domain/guess-limiter.spec.ts',
  },
  guessesElsewhere: {
    value: 20,
    unit: 'count',
    of: 'wrong guesses about one user from all networks together that the user has not come from in the last 90 days',
    why: 'many addresses are no way round, and users are not locked out where they work',
    test: 'apps/identity-service/src/domain/guess-limiter.spec.ts',
  },
  guessElsewhereMs: {
    value: 3 * MINUTE,
    unit: 'milliseconds',
    of: 'time until there is one more of these',
    why: 'a user who travels meets it only while others guess',
    test: 'apps/identity-service/src/domain/guess-limiter.spec.ts',
  },
  guessesOfNetwork: {
    value: 60,
    unit: 'count',
    of: 'wrong guesses from one network about all users',
    why: 'an office behind one address signs in in the morning; right guesses do not count',
    test: 'apps/identity-service/src/domain/guess-limiter.spec.ts',
  },
  guessOfNetworkMs: {
    value: 10 * SECOND,
    unit: 'milliseconds',
    of: 'time until there is one more of these',
    why: 'one password tried with many names is slow as well',
    test: 'apps/identity-service/src/domain/guess-limiter.spec.ts',
  },
});

export const SIGN_IN = valuesOf(signInBounds);
