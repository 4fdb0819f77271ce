import type { Credential, Principal, Resolved } from '@strongroom/contracts/strongroom/identity/v1/identity';

/** What a view of principals needs from identity-service. */
export interface PrincipalDirectory {
  /** Opens a stream of answers and changes. `ended` is called once, at the latest when the stream is closed. */
  watch(listener: DirectoryListener): DirectoryStream;
  /** One answer that is not updated. Rejects if there is none within `timeoutMs`. */
  resolve(credential: Credential, timeoutMs: number): Promise<Principal | undefined>;
}

export interface DirectoryStream {
  /** The answer comes as `resolved` with the same id. */
  ask(requestId: bigint, credential: Credential): void;
  close(): void;
}

export interface DirectoryListener {
  resolved(answer: Resolved): void;
  /** Answers that depend on one of these subjects are void; without subjects, all are. */
  invalidated(subjects: readonly string[] | 'all'): void;
  heartbeat(): void;
  ended(): void;
}
