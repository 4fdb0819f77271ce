/** Where messages go. The id is a name of the database, never an address. */
export interface Destination {
  kind: DestinationKind;
  id: string;
}

export const DESTINATION_KINDS = ['webhook', 'https', 'email'] as const;
export type DestinationKind = (typeof DESTINATION_KINDS)[number];

/** A row of the outbox, written in the transaction that makes it; the delivery engine does the rest. */
export interface NewDelivery {
  accountId: string;
  destination: Destination;
  /** Deliveries to one destination with one key are made in order: the ARN of the secret (or resource) of the event. */
  orderingKey: string;
  /** The same for every try and every duplicate. At most 64 printable ASCII characters. */
  messageId: string;
  /** What the sender makes the message of; JSON; never a value. */
  payload: string;
}

/** A delivery that waits in the outbox. */
export interface Delivery extends NewDelivery {
  deliveryId: number;
  /** When it was made. */
  createdAt: Date;
  /** When the next failure makes it a dead letter. */
  giveUpAt: Date;
  /** The tries before this one. */
  attempts: number;
}

/** Sends deliveries of one kind of destination. */
export interface Sender {
  /**
   * Sends one delivery, within the signal's time. It must be safe to send it again: the same message with the same id.
   * @throws DeliveryFailure or anything else to be tried again; PermanentFailure to become a dead letter at once
   */
  send(delivery: Delivery, signal: AbortSignal): Promise<void>;
}

/** Who sends to which kind of destination. A delivery to a kind without a sender waits. */
export type Senders = Partial<Record<DestinationKind, Sender>>;

/** A try that failed, in words that an owner of the destination may read: no text from elsewhere, no value. */
export class DeliveryFailure extends Error {
  override readonly name: string = 'DeliveryFailure';

  /** @param code a name such as `ReceiverRefused` */
  constructor(
    readonly code: string,
    message: string,
    /** The receiver's HTTP status, if it answered. */
    readonly status?: number,
  ) {
    super(message);
  }
}

/** No further try can succeed. */
export class PermanentFailure extends DeliveryFailure {
  override readonly name = 'PermanentFailure';
}
