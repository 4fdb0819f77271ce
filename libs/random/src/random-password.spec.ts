import { randomPassword, SeededRandom, type PasswordRules } from './index';

const rules: PasswordRules = {
  length: 32,
  excludeCharacters: '',
  excludeNumbers: false,
  excludePunctuation: false,
  excludeUppercase: false,
  excludeLowercase: false,
  includeSpace: false,
  requireEachIncludedType: true,
};

it('has one of each type even where the length leaves room for no more', () => {
  const random = new SeededRandom('each');
  for (let i = 0; i < 100; i++) {
    const password = randomPassword({ ...rules, length: 4 }, random);
    expect(password).toMatch(/^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[^A-Za-z\d]).{4}$/);
  }
});

it('refuses rules that leave no password', () => {
  const random = new SeededRandom('none');
  expect(() => randomPassword({ ...rules, length: 3 }, random)).toThrow('RequireEachIncludedType needs at least 4');
  expect(() => randomPassword({ ...rules, length: 0 }, random)).toThrow('PasswordLength must be from 1 to 4096.');
  const nothing = { excludeNumbers: true, excludePunctuation: true, excludeUppercase: true, excludeLowercase: true };
  expect(() => randomPassword({ ...rules, ...nothing }, random)).toThrow('leave no characters');
});
