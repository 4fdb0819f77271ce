import { MAC_BYTES, type MessageSigner } from '../hashing/message-signer';
import type { Subscription } from './subscription';
import { subscriptionArn } from './topic';

/** What the token of a confirmation says, if it is one of ours. */
export interface ConfirmationToken {
  subscriptionId: string;
  /** Epoch milliseconds. */
  issuedAt: number;
}

export interface LinkSurroundings {
  /** Where whoever gets messages reaches aws-gateway, without a slash at the end. */
  gatewayUrl: string;
  region: string;
  certificateId: string;
  signer: Pick<MessageSigner, 'mac' | 'isMac'>;
}

const [UUID_BYTES, TIME_BYTES] = [16, 6];
const TOKEN = /^[0-9a-f]{108}$/;
const CONFIRM = 'confirm';
const UNSUBSCRIBE = 'unsubscribe';

/**
 * The links in messages, and their tokens. A token holds what it is for and a MAC of that, so none is stored: whoever reads the
 * database can follow no link.
 */
export class TopicLinks {
  constructor(private readonly surroundings: LinkSurroundings) {}

  /** SNS's name of the file. */
  certificate(): string {
    return `${this.surroundings.gatewayUrl}/SimpleNotificationService-${this.surroundings.certificateId}.pem`;
  }

  confirm(topicArn: string, token: string): string {
    return this.at('/', { Action: 'ConfirmSubscription', TopicArn: topicArn, Token: token });
  }

  /** The same for people. */
  confirmationPage(topicArn: string, token: string): string {
    return this.at('/confirmation.html', { TopicArn: topicArn, Token: token });
  }

  unsubscribe(subscription: Subscription): string {
    return this.at('/', { Action: 'Unsubscribe', ...this.ending(subscription) });
  }

  /** The same for people: it asks before it does it, because mail scanners follow every link. */
  unsubscribePage(subscription: Subscription): string {
    return this.at('/unsubscribe.html', this.ending(subscription));
  }

  /** Hex, as in SNS. */
  confirmationToken(subscriptionId: string, issuedAt: number): string {
    const time = Buffer.alloc(TIME_BYTES);
    time.writeUIntBE(issuedAt, 0, TIME_BYTES);
    const mac = this.surroundings.signer.mac(CONFIRM, subscriptionId, String(issuedAt));
    return Buffer.concat([Buffer.from(subscriptionId.replaceAll('-', ''), 'hex'), time, mac]).toString('hex');
  }

  readConfirmationToken(token: string): ConfirmationToken | undefined {
    if (!TOKEN.test(token)) return undefined;
    const bytes = Buffer.from(token, 'hex');
    const hex = bytes.toString('hex', 0, UUID_BYTES);
    const subscriptionId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
    const issuedAt = bytes.readUIntBE(UUID_BYTES, TIME_BYTES);
    const mac = bytes.subarray(UUID_BYTES + TIME_BYTES);
    const isOurs = this.surroundings.signer.isMac(mac, CONFIRM, subscriptionId, String(issuedAt));
    return isOurs ? { subscriptionId, issuedAt } : undefined;
  }

  isUnsubscribeToken(token: string, subscriptionId: string): boolean {
    if (token.length !== 2 * MAC_BYTES || !/^[0-9a-f]+$/.test(token)) return false;
    return this.surroundings.signer.isMac(Buffer.from(token, 'hex'), UNSUBSCRIBE, subscriptionId);
  }

  private ending({ topic, id }: Subscription): Record<string, string> {
    const { region, signer } = this.surroundings;
    return { SubscriptionArn: subscriptionArn(topic, id, region), Token: signer.mac(UNSUBSCRIBE, id).toString('hex') };
  }

  private at(path: string, parameters: Record<string, string>): string {
    return `${this.surroundings.gatewayUrl}${path}?${new URLSearchParams(parameters).toString()}`;
  }
}
