import type { CredentialScope } from './canonical-request';

export interface SigningKeyQuestion {
  accessKeyId: string;
  /** As it came with the request, if one did. */
  sessionToken?: string;
  scope: CredentialScope;
}

export interface SigningKey {
  /** 32 bytes: signs one day's requests to one service. */
  key: Uint8Array;
  /** What the holder is called by other services. */
  credentialId: string;
  /** Whose place it takes among those who are served at a time. */
  accountId: string;
}

export interface SigningKeys {
  /**
   * @param network that asks: whose place the question takes among those that are under way
   * @param deadline epoch milliseconds
   * @returns undefined: nobody has this access key with this token; `expired`: a session that is over
   */
  find(question: SigningKeyQuestion, network: string, deadline: number): Promise<SigningKey | 'expired' | undefined>;
}
