import type { ServerHttp2Stream } from 'node:http2';

/** Before each message: a byte that says whether it is compressed, and its length in four. */
const PREFIX = 5;
/** A message that arrives whole in one chunk of at most this size is not counted. */
const SMALL = 16 << 10;

export interface MeteredReader {
  /** Bytes of one message. */
  readonly maxMessageBytes: number;
  /** Reserved room stays reserved until the call ends, because its single message is kept as long. */
  readonly keepsMessages: boolean;
  /** Asks for room in memory. */
  take(bytes: number): boolean;
  give(bytes: number): void;
  /** The data is invalid; nothing more of it must be kept. */
  refuse(reason: 'compressed' | 'too-large' | 'no-room'): void;
  /** A message has arrived in part. */
  onUnfinished(): void;
  /** One or more messages have arrived in full. */
  onWhole(): void;
}

/**
 * Watches the bytes of one call before grpc-js collects them: refuses a message by its announced length, before the rest is read,
 * and counts what is kept of an incomplete one.
 * What is kept of a chunk is the buffer that holds it: HTTP/2 frames of one byte keep the whole TLS record around them.
 */
export class MessageMeter {
  private prefix: Buffer | undefined;
  private prefixed = 0;
  /** Of the message that is being read. */
  private missing = 0;
  private taken = 0;
  /** The last counted buffer; the next chunk may be in it, too. */
  private counted: ArrayBufferLike | undefined;
  private ended = false;

  constructor(private readonly reader: MeteredReader) {}

  /** Must be called when grpc-js has begun to listen, which stopped the flow; call `end` when the stream has closed. */
  watch(stream: ServerHttp2Stream): void {
    stream.prependListener('data', (chunk: Buffer) => this.read(chunk));
  }

  read(chunk: Buffer): void {
    if (this.ended) return;
    const whole = this.prefixed === 0 ? this.wholeMessage(chunk) : undefined;
    if (whole === true) this.reader.onWhole();
    else if (whole === undefined) this.walk(chunk);
  }

  /** Gives back what was taken. */
  end(): void {
    this.ended = true;
    this.release();
  }

  /** The chunk is one message, as nearly all are; undefined: look closer. */
  private wholeMessage(chunk: Buffer): true | undefined {
    if (chunk.length < PREFIX || chunk.length > SMALL || chunk.length > this.reader.maxMessageBytes) return undefined;
    return chunk[0] === 0 && chunk.readUInt32BE(1) === chunk.length - PREFIX ? true : undefined;
  }

  private walk(chunk: Buffer): void {
    const prefix = (this.prefix ??= Buffer.alloc(PREFIX));
    let isWhole = false;
    for (let at = 0; at < chunk.length;) {
      if (this.prefixed < PREFIX) {
        const copied = chunk.copy(prefix, this.prefixed, at, at + PREFIX - this.prefixed);
        this.prefixed += copied;
        at += copied;
        if (prefix[0] !== 0) return this.refuse('compressed');
        if (this.prefixed < PREFIX) continue;
        this.missing = prefix.readUInt32BE(1);
        if (this.missing > this.reader.maxMessageBytes) return this.refuse('too-large');
      } else {
        const read = Math.min(this.missing, chunk.length - at);
        this.missing -= read;
        at += read;
      }
      if (this.prefixed === PREFIX && this.missing === 0) {
        isWhole = true;
        this.prefixed = 0;
        if (!this.reader.keepsMessages) this.release();
      }
    }
    if (isWhole) this.reader.onWhole();
    if (this.prefixed === 0) return;
    if (chunk.buffer !== this.counted) {
      const kept = chunk.buffer.byteLength;
      if (!this.reader.take(kept)) return this.refuse('no-room');
      this.taken += kept;
      this.counted = chunk.buffer;
    }
    this.reader.onUnfinished();
  }

  private release(): void {
    if (this.taken > 0) this.reader.give(this.taken);
    this.taken = 0;
    this.counted = undefined;
  }

  private refuse(reason: Parameters<MeteredReader['refuse']>[0]): void {
    this.end();
    this.reader.refuse(reason);
  }
}
