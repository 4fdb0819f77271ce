import { DomainError, type ErrorKind } from '@strongroom/errors';
import { failureAnswer } from './failure-answer';

const answerTo = (kind: ErrorKind, reason: string, message: string, isAnswered = true) => {
  const metadata: Record<string, string> = isAnswered ? { request_id: 'request-1' } : {};
  const { status, body } = failureAnswer(new DomainError({ kind, reason, message, metadata }));
  return `${status} ${body.toString()}`;
};

it.each<[ErrorKind, string, number]>([
  ['not-found', 'ResourceNotFoundException', 400],
  ['permission-denied', 'AccessDeniedException', 400],
  ['unauthenticated', 'UnrecognizedClientException', 400],
  ['failed-precondition', 'InvalidRequestException', 400],
  ['invalid-argument', 'InvalidParameterException', 400],
  ['resource-exhausted', 'ThrottlingException', 400],
  ['unavailable', 'ServiceUnavailableException', 503],
  ['internal', 'InternalServiceError', 500],
])('passes on %s, as Secrets Manager answers it', (kind, reason, status) => {
  expect(answerTo(kind, reason, 'a "message"')).toBe(`${status} {"__type":"${reason}","message":"a \\"message\\""}`);
});

it('says that there was no answer, as the agent of AWS does', () => {
  expect(answerTo('deadline-exceeded', 'RequestTimeoutException', 'x', false)).toBe(
    '504 {"__type":"TimeoutError","message":"Timeout"}',
  );
  expect(answerTo('unavailable', 'ServiceUnavailableException', 'x', false)).toBe(
    '502 {"__type":"ConnectionError","message":"Read Error"}',
  );
});

it('tells nothing of what is not the cluster’s', () => {
  const { status, body } = failureAnswer(new Error('with /a/path'));
  expect(`${status} ${body.toString()}`).toBe('500 {"__type":"InternalFailure"}');
});
