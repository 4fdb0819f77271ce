export { backoff, type BackoffRange } from './backoff';
export { PASSWORD_LENGTH, randomPassword, type PasswordRules } from './random-password';
export { randomInteger, randomString, randomUuid, SeededRandom, systemRandom, type RandomSource } from './random-source';
