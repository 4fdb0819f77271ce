import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import { closeAnswered } from '@strongroom/grpc-kit';

/** FAILED_PRECONDITION, because for UNIMPLEMENTED grpcurl says only that there is no reflection, and hides the message. */
const WRONG_PORT = '9';

export const isGrpc = ({ headers }: Http2ServerRequest): boolean =>
  headers['content-type']?.startsWith('application/grpc') ?? false;

/** Tells a gRPC client that this is the wrong port, by a status in the only frame of the answer. */
export function answerGrpc({ stream }: Http2ServerResponse, hint: string): void {
  if (stream.destroyed) return;
  stream.on('error', () => undefined);
  const status = { 'grpc-status': WRONG_PORT, 'grpc-message': percentEncode(hint) };
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...status }, { endStream: true });
  closeAnswered(stream);
}

/** The encoding of gRPC's messages: printable ASCII stays, except the percent sign. */
const percentEncode = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) =>
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`,
    )
    .join('');
