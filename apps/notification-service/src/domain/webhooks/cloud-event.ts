import type { TargetMessage } from '../target-kind.port';

/** What the outbox keeps of a message for a webhook. */
export interface WebhookMessage extends Pick<TargetMessage, 'subject' | 'text'> {
  /** CloudEvents' source: the ARN of the rule or webhook that the message comes from. */
  source: string;
  /** CloudEvents' type, such as `aws.secretsmanager.PutSecretValue`. */
  type: string;
  /** ISO 8601. */
  time: string;
}

/** CloudEvents 1.0, structured JSON. What a target's input makes of an event need not be JSON: then it is text. */
export function cloudEvent(messageId: string, { source, type, time, subject, text }: WebhookMessage): string {
  const data = parsed(text);
  return JSON.stringify({
    specversion: '1.0',
    id: messageId,
    source,
    type,
    ...(subject !== '' && { subject }),
    time,
    datacontenttype: data === undefined ? 'text/plain' : 'application/json',
    data: data === undefined ? text : data.value,
  });
}

function parsed(text: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
