import { createHmac } from 'node:crypto';

/** In front of a signing secret, as Standard Webhooks has it. */
export const SECRET_PREFIX = 'whsec_';

/** @param key the bytes of a new signing secret */
export function secretText(key: Buffer): string {
  return `${SECRET_PREFIX}${key.toString('base64')}`;
}

/**
 * The header webhook-signature of Standard Webhooks: one signature for each secret, so that a receiver that still has the old one
 * accepts the message.
 *
 * @param timestamp seconds since the Unix epoch
 */
export function webhookSignature(secrets: readonly string[], messageId: string, timestamp: number, body: string): string {
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${messageId}.${timestamp}.${body}`).digest('base64')}`;
  });
  return signatures.join(' ');
}
