import { unsupportedOperation } from './key-errors';
import { isSymmetric, type KeyRecord } from './key-record';

type Kind = Pick<KeyRecord, 'arn' | 'spec' | 'origin' | 'manager'>;

/** Only symmetric encryption keys can have several materials. @throws DomainError UnsupportedOperationException */
export function requireRotations(key: Pick<KeyRecord, 'arn' | 'spec'>): void {
  if (!isSymmetric(key)) {
    throw unsupportedOperation(`${key.arn} key spec is ${key.spec} which is not valid for this operation.`);
  }
}

/** The same, if the caller may say when: Strongroom's own keys rotate once a year. @throws DomainError as `requireRotations` */
export function requireRotatable(key: Kind): void {
  requireRotations(key);
  if (key.manager === 'AWS') throw unsupportedOperation(`${key.arn} is managed by Strongroom, which rotates it every year.`);
}

/** The same, if the service makes its material. @throws DomainError as `requireRotations` */
export function requireAutomaticRotation(key: Kind): void {
  requireRotatable(key);
  if (key.origin !== 'AWS_KMS') {
    throw unsupportedOperation(`${key.arn} origin is ${key.origin} which is not valid for this operation.`);
  }
}
