import type { AuditEvent, AuditRecorder, RecordOptions } from '@strongroom/audit-trail';
import type { LastUses } from '../domain/last-uses';

/** The operations whose use of a key GetKeyLastUsage tells (KMS: KeyLastUsageTrackingOperation). */
const TRACKED = new Set([
  'Decapsulate',
  'Decrypt',
  'DeriveSharedSecret',
  'Encapsulate',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyPair',
  'GenerateDataKeyPairWithoutPlaintext',
  'GenerateDataKeyWithoutPlaintext',
  'GenerateMac',
  'ReEncrypt',
  'Sign',
  'Verify',
  'VerifyMac',
]);

/** Notes the uses of keys that events tell of: a use without an event has not happened. */
export const noteUses = (recorder: AuditRecorder, uses: LastUses): AuditRecorder => ({
  async record(event: AuditEvent, options?: RecordOptions): Promise<void> {
    await recorder.record(event, options);
    if (event.errorCode !== '' || !TRACKED.has(event.eventName)) return;
    for (const { arn, type } of event.resources) {
      const [, , , , accountId, name] = arn.split(':');
      // A use by another account has an event in each account's trail: the owner sees its own.
      if (type !== 'AWS::KMS::Key' || accountId !== event.recipientAccountId) continue;
      const { eventName: operation, eventId, requestId } = event;
      uses.note({ keyId: name!.slice('key/'.length), operation, eventId, requestId });
    }
  },
});
