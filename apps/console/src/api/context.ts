import type { Session } from '../domain/session';

/** One call of the API, as the server has let it in. */
export interface ApiContext {
  readonly requestId: string;
  /** The person's browser. */
  readonly client: { readonly sourceIp: string; readonly userAgent: string };
  /** When the answer is due, epoch milliseconds. */
  readonly deadline: number;
  /** The person did not do this: the page asks again by itself. */
  readonly isIdle: boolean;
  /** Absent: nobody is signed in. */
  readonly session?: OpenSession | undefined;
  /** Gives the browser another session, or takes it away. */
  setSession(id: string | undefined): void;
}

/** A call of somebody who is signed in. */
export type SignedInContext = ApiContext & { readonly session: OpenSession };

export interface OpenSession {
  readonly id: string;
  readonly value: Session;
}
