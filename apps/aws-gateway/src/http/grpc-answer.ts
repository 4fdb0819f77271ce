import { type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';

const UNIMPLEMENTED = '12';

export const isGrpc = ({ headers }: Http2ServerRequest): boolean =>
  headers['content-type']?.startsWith('application/grpc') ?? false;

/** Tells a gRPC client, in its own way, that it has come to the wrong port. */
export function answerGrpc(response: Http2ServerResponse, hint: string): void {
  response.on('error', () => undefined);
  const status = { 'grpc-status': UNIMPLEMENTED, 'grpc-message': percentEncode(hint) };
  response.writeHead(200, { 'content-type': 'application/grpc', ...status });
  response.end();
}

/** As gRPC encodes messages: printable ASCII but the percent sign stays. */
const percentEncode = (text: string): string =>
  [...Buffer.from(text)]
    .map((byte) =>
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).padStart(2, '0').toUpperCase()}`,
    )
    .join('');
