import type { Credential, Principal, Resolved } from '@strongroom/contracts/strongroom/identity/v1/identity';

/** identity-service, as a view of its principals needs it. */
export interface PrincipalDirectory {
  /** Opens a stream of answers and changes; `ended` is called once, at the latest when the stream is closed. */
  watch(listener: DirectoryListener): DirectoryStream;
  /** One answer, not kept current. Rejects when there is none within `timeoutMs`. */
  resolve(credential: Credential, timeoutMs: number): Promise<Principal | undefined>;
}

export interface DirectoryStream {
  /** The answer comes as `resolved` with the same id. */
  ask(requestId: bigint, credential: Credential): void;
  close(): void;
}

export interface DirectoryListener {
  resolved(answer: Resolved): void;
  /** Answers made of one of these subjects are void; without subjects, all are. */
  invalidated(subjects: readonly string[] | 'all'): void;
  heartbeat(): void;
  ended(): void;
}
