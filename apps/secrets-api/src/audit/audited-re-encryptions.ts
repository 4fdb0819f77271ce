import type { DomainError } from '@strongroom/errors';
import type { ReEncryption } from '../domain/re-encryption/re-encryption';
import type { ReEncryptionTrail } from '../domain/re-encryption/re-encryption-ports';
import type { ServiceEvents } from './service-events';

/** The ends of re-encryptions in the audit trail of the key's account. */
export class AuditedReEncryptions implements ReEncryptionTrail {
  constructor(private readonly events: ServiceEvents) {}

  ended({ keyArn: arn, accountId }: ReEncryption, error?: DomainError): Promise<void> {
    const eventName = error ? 'DataKeyReEncryptionFailed' : 'DataKeyReEncryptionCompleted';
    return this.events.record(eventName, { arn, accountId, type: 'AWS::KMS::Key' }, { error });
  }
}
