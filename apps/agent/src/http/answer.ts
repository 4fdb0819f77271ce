import type { ServerResponse } from 'node:http';

/** An answer that is ready to be sent. */
export interface Answer {
  readonly status: number;
  /** Names and values in turn, as `writeHead` takes them fastest. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** The response carries the body now, and whoever erases it must wait until it has closed. */
  lend?(response: ServerResponse): void;
}

const JSON_TYPE = 'application/json';
const TEXT_TYPE = 'text/plain; charset=utf-8';

/** Answers hold secrets, or say what there is, so nobody on the way may store them. */
export const headersFor = (type: string, length: number): string[] => [
  'Content-Type',
  type,
  'Content-Length',
  String(length),
  'Cache-Control',
  'no-store',
];

export const textAnswer = (status: number, text: string): Answer => answerOf(status, TEXT_TYPE, Buffer.from(text));

/** An error in the form in which Secrets Manager has it, without a message where there is none to tell. */
export const errorAnswer = (status: number, code: string, message?: string): Answer =>
  answerOf(status, JSON_TYPE, Buffer.from(JSON.stringify({ __type: code, ...(message && { message }) })));

const answerOf = (status: number, type: string, body: Buffer): Answer => ({
  status,
  headers: headersFor(type, body.length),
  body,
});

/** The answer that has the value of a secret. Its bytes are erased once it is dropped and nobody is reading it any more. */
export class SecretAnswer implements Answer {
  readonly status = 200;
  readonly headers: readonly string[];
  private readers = 0;
  private isDropped = false;

  constructor(readonly body: Buffer) {
    this.headers = headersFor(JSON_TYPE, body.length);
  }

  lend(response: ServerResponse): void {
    this.readers++;
    response.on('close', this.giveBack);
  }

  drop(): void {
    this.isDropped = true;
    // Whoever has just been given it lends it before the next turn.
    setImmediate(this.erase);
  }

  private readonly giveBack = (): void => {
    this.readers--;
    if (this.isDropped) this.erase();
  };

  private readonly erase = (): void => {
    if (this.readers === 0) this.body.fill(0);
  };
}
