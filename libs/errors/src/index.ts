export { DomainError, isDomainError, type DomainErrorOptions, type ErrorKind } from './domain-error';
export * from './reasons';
export { SERVER_FAULTS } from './server-faults';
