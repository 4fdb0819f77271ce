import type { CredentialScope } from './canonical-request';

export interface SigningKeyQuestion {
  accessKeyId: string;
  /** The session token of the request, if it has one. */
  sessionToken?: string;
  scope: CredentialScope;
}

export interface SigningKey {
  /** 32 bytes: signs one day's requests to one service. */
  key: Uint8Array;
  /** The credential id, by which other services know the holder. */
  credentialId: string;
  /** The account against which its calls count. */
  accountId: string;
}

export interface SigningKeys {
  /**
   * @param network the client's network, against which the question counts while it is in flight
   * @param deadline epoch milliseconds
   * @returns undefined if nobody has this access key with this token; `expired` for a session that is over
   */
  find(question: SigningKeyQuestion, network: string, deadline: number): Promise<SigningKey | 'expired' | undefined>;
}
