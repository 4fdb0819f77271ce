import { DAY } from '@strongroom/clock';
import { checkNewPassword, checkPasswordText, isExpired, passwordPolicyOf } from './password-policy';

const ada = { accountId: '123456789012', name: 'Ada-Lovelace1' };
const lax = {
  requireSymbols: false,
  requireNumbers: false,
  requireUppercaseCharacters: false,
  requireLowercaseCharacters: false,
  allowUsersToChangePassword: false,
  hardExpiry: false,
};
const policyOf = (some: Partial<Parameters<typeof passwordPolicyOf>[0]> = {}) => passwordPolicyOf({ ...lax, ...some });
const lackOf = (password: string, policy?: ReturnType<typeof policyOf>): string | undefined => {
  try {
    checkNewPassword(password, policy, ada);
    return undefined;
  } catch (error) {
    expect(error).toMatchObject({ reason: 'PasswordPolicyViolation' });
    expect((error as Error).message).not.toContain(password);
    return (error as Error).message;
  }
};

describe('without a policy of the account', () => {
  it.each([
    ['Abcdef1', /minimum length of 8/],
    ['abcdefgh', /three of these/],
    ['abcdefg1', /three of these/],
    ['abcdefg1!', undefined],
    ['Abcdefg1', undefined],
    ['ABCDEF1-', undefined],
    ['ada-lovelace1', /account's id or the user's name/],
    // No letter is one of other languages, and neither is a symbol.
    ['ÄÖÜäöü12', /three of these/],
  ])('%s: %s', (password, lack) => {
    if (lack) expect(lackOf(password)).toMatch(lack);
    else expect(lackOf(password)).toBeUndefined();
  });
});

it.each([
  [{}, '12345', /minimum length of 6/],
  [{}, '123456', undefined],
  [{ minimumPasswordLength: 20 }, 'x'.repeat(19), /minimum length of 20/],
  [{ minimumPasswordLength: 20 }, 'x'.repeat(20), undefined],
  [{ requireUppercaseCharacters: true }, 'abcdef', /one uppercase letter/],
  [{ requireUppercaseCharacters: true }, 'abcdeF', undefined],
  [{ requireLowercaseCharacters: true }, 'ABCDEF', /one lowercase letter/],
  [{ requireLowercaseCharacters: true }, 'ABCDEf', undefined],
  [{ requireNumbers: true }, 'abcdef', /one number/],
  [{ requireNumbers: true }, 'abcde0', undefined],
  [{ requireSymbols: true }, 'abcdef~', /one symbol/],
  [{ requireSymbols: true }, "abcdef'", undefined],
])('under the policy %j, %s: %s', (some, password, lack) => {
  const found = lackOf(password, policyOf(some));
  if (lack) expect(found).toMatch(lack);
  else expect(found).toBeUndefined();
});

it.each([
  [{ minimumPasswordLength: 5 }, 'minimum_password_length must be 6 to 128.'],
  [{ minimumPasswordLength: 129 }, 'minimum_password_length must be 6 to 128.'],
  [{ maxPasswordAge: 0 }, 'max_password_age must be 1 to 1095.'],
  [{ maxPasswordAge: 1_096 }, 'max_password_age must be 1 to 1095.'],
  [{ passwordReusePrevention: 25 }, 'password_reuse_prevention must be 1 to 24.'],
])('refuses the policy %j', (some, message) => {
  expect(() => policyOf(some)).toThrow(expect.objectContaining({ reason: 'ValidationError', message }));
});

it('takes what a request leaves out from the defaults', () => {
  expect(policyOf()).toEqual({ ...lax, minimumPasswordLength: 6, maxPasswordAge: undefined, passwordReusePrevention: undefined });
});

it.each(['', 'x'.repeat(129), 'a\u0000b', 'pass\u20acword'])('knows that %j is no password, and does not repeat it', (text) => {
  expect(() => checkPasswordText(text, 'password')).toThrow(
    expect.objectContaining({ message: expect.stringMatching(/^password must be 1 to 128 characters: tab/) }),
  );
});

it.each([
  [undefined, 10_000, false],
  [policyOf(), 10_000, false],
  [policyOf({ maxPasswordAge: 90 }), 90 * DAY - 1, false],
  [policyOf({ maxPasswordAge: 90 }), 90 * DAY, true],
])('under %j a password is expired after %d ms: %s', (policy, age, expected) => {
  const setAt = new Date('2026-03-01T12:00:00Z');
  expect(isExpired(policy, setAt, new Date(setAt.getTime() + age))).toBe(expected);
});
