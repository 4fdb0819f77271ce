import { accessDenied, invalidParameter, throttled } from '@strongroom/errors';
import { invalidField, problemOf } from './problem';

it('says what a service said, and finds the field in it', () => {
  expect(problemOf(accessDenied('no policy allows it'), 'r')).toEqual({
    kind: 'permission-denied',
    reason: 'AccessDeniedException',
    message: 'no policy allows it',
    requestId: 'r',
  });
  const fieldIn = (message: string) => problemOf(invalidParameter(message), 'r').field;
  expect(fieldIn('SecretId: must not be empty')).toBe('secretId');
  expect(fieldIn('Filters[0].Key must be one of a, b.')).toBe('filters[0].key');
  expect(fieldIn('The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).')).toBe('recoveryWindowInDays');
  expect(fieldIn('You must give a name')).toBeUndefined();
  expect(fieldIn('Nothing: like a field')).toBeUndefined();
  expect(problemOf(invalidField('tags[2].key', 'must not be empty'), 'r')).toMatchObject({
    field: 'tags[2].key',
    message: 'tags[2].key: must not be empty',
  });
});

it('says when to try again', () => {
  expect(problemOf(throttled('slowly', { metadata: { retry_after_ms: '250' } }), 'r')).toMatchObject({ retryAfterMs: 250 });
});

it('keeps what nobody expected to itself', () => {
  expect(problemOf(new Error('the password is x'), 'r')).toEqual({
    kind: 'internal',
    reason: 'InternalServiceError',
    message: 'Something went wrong in the console.',
    requestId: 'r',
  });
});
