export { FakeConnection } from './fake-connection.testing';
export { oneAttempt, type OneAttempt, unaryNames } from './one-attempt.testing';
