import { AwsError } from '../aws-error';
import type { WireHead } from '../http/request';

/** A request at the door: its head is there, its body is not, and nobody knows whose it is. */
export interface Visit {
  readonly head: WireHead;
  /** There is such a credential, and the request says that it is signed with it: from here on it counts for that credential. */
  claims(credentialId: string): void;
  /** @throws AwsError for a body past `most` bytes, and when others need the room; ClientGone */
  readBody(most: number): Promise<Uint8Array>;
  /**
   * Makes it a call under way, of an account or, without one, of somebody whom the service that is called must find out.
   *
   * @throws AwsError ThrottlingException
   */
  begin(accountId: string | undefined): void;
}

/** The client has gone: nobody waits for an answer. */
export class ClientGone extends Error {}

export const rateExceeded = (): AwsError => new AwsError('ThrottlingException', 'Rate exceeded');
