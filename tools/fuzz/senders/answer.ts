/** The outcome of a request, whichever way it went. */
export interface Answer {
  /** `OK`, `NOT_FOUND`; `200`, `400`; of a connection written to by hand `closed`, `open`. */
  status: string;
  /** The name of the error: `ResourceNotFoundException`; empty where there is none. */
  reason: string;
  message: string;
  /** Names of what an error says beside its message, sorted. */
  details: string[];
  /** Of an answer that is no error, as text; enough to compare it. */
  content: string;
  /** The id by which the server knows the request. */
  requestId?: string;
  elapsedMs: number;
}

/** The part of an answer that is kept. */
export const MAX_CONTENT = 20_000;
