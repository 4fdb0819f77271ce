import { AwsError } from '../aws-error';
import type { WireHead } from '../http/request';

/** A request whose headers have arrived, but not its body. Nobody knows yet who sent it. */
export interface Visit {
  readonly head: WireHead;
  /**
   * The credential exists, and the request claims to be signed with it. From here on the request counts against that credential.
   */
  claims(credentialId: string): void;
  /** @throws AwsError for a body of more than `most` bytes, and if others need the room; ClientGone */
  readBody(most: number): Promise<Uint8Array>;
  /**
   * Counts it as a call in flight: of an account or, without one, of a caller whom the called service must identify.
   * @throws AwsError ThrottlingException
   */
  begin(accountId: string | undefined): void;
}

/** The client has gone, so nobody waits for an answer. */
export class ClientGone extends Error {}

export const rateExceeded = (): AwsError => new AwsError('ThrottlingException', 'Rate exceeded');
