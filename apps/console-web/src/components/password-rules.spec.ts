import { passwordRules } from './password-rules';

const unmet = (...args: Parameters<typeof passwordRules>) =>
  passwordRules(...args)
    .filter(({ isMet }) => isMet === false)
    .map(({ text }) => text);

it('asks for eight characters of three kinds where there is no policy', () => {
  expect(unmet(undefined, 'abc')).toHaveLength(2);
  expect(unmet(undefined, 'abcdefgh')).toEqual([expect.stringContaining('three')]);
  expect(unmet(undefined, 'Abcdefg1')).toEqual([]);
});

it('asks for what the policy asks for', () => {
  const policy = {
    minimumPasswordLength: 12,
    requireUppercaseCharacters: true,
    requireLowercaseCharacters: false,
    requireNumbers: true,
    requireSymbols: true,
    passwordReusePrevention: 3,
  };
  expect(unmet(policy, '')).toHaveLength(4);
  expect(unmet(policy, 'ABCDEFGHIJ1-')).toEqual([]);
  // Only the service knows the passwords before.
  expect(passwordRules(policy, '').at(-1)).toEqual({ text: expect.stringContaining('last 3'), isMet: undefined });
});
