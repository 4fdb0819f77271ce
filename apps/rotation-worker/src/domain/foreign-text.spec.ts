import { foreignName, foreignText } from './foreign-text';

describe('the words of a custom function', () => {
  it.each([
    ['Access denied for user "app" (using password: YES)', 'Access denied for user … (using password: …'],
    ['login failed with password=hunter2', 'login failed with password=…'],
    ['the secret is correct-horse', 'the secret is …'],
    ['cannot set Xk3$9vTq2!aa on it', 'cannot set … on it'],
    ['token eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.e30.x', 'token …'],
    ["got {'password': 'a b c'}", 'got {…: …}'],
    ["an open quote 'never ends: hunter2", 'an open quote …'],
  ])('hides what could be a value: %s', (text, shown) => expect(foreignText(text)).toBe(shown));

  it.each([
    'Secret arn:aws:secretsmanager:us-east-1:000000000000:secret:prod/Db1-AbCdEf is not enabled for rotation',
    'ConnectionRefusedError: db.example.internal:3306 does not answer',
    'Unable to log into database with previous, current, or pending value',
  ])('leaves what explains: %s', (text) => expect(foreignText(text)).toBe(text));

  it('is bounded and of one line', () => {
    expect(foreignText('word '.repeat(10_000)).length).toBeLessThanOrEqual(300);
    expect(foreignText('one\ntwo\u0000three\u2028four')).toBe('one two three four');
  });

  it('takes only names for names', () => {
    expect(foreignName('botocore.exceptions.ClientError', 'FunctionError')).toBe('botocore.exceptions.ClientError');
    expect(foreignName('ValueError', 'FunctionError')).toBe('ValueError');
    for (const no of ['has space', 'Xk3$9vTq', undefined, 7, 'a'.repeat(200), 'Aa1_2bC3dEf.'.repeat(3)]) {
      expect(foreignName(no, 'FunctionError')).toBe('FunctionError');
    }
  });
});
