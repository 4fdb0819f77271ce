import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { ApiKeyRotation } from './api-key-rotation';

const PATH = /^\/2015-03-31\/functions\/[A-Za-z0-9_-]+\/invocations$/;
const MAX_EVENT_BYTES = 65_536;

/**
 * A rotation function as an HTTP endpoint that answers AWS Lambda's Invoke call. Bind it to loopback, or put it behind something
 * that ends TLS. Register it with
 *
 *     RegisterRotationFunction { function_name: "rotate-api-key", http: { endpoint: "https://functions.example" } }
 */
export const httpFunction = (rotation: ApiKeyRotation): Server =>
  createServer((request, response) => {
    const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    if (request.method !== 'POST' || !PATH.test(request.url ?? '')) {
      answer(404, { Message: 'no such function' });
      return;
    }
    run(rotation, request).then(
      () => answer(200, null),
      // The name of the error and a sentence without secret values: both are stored in the run's history.
      (error: Error) =>
        answer(200, { errorType: error.name, errorMessage: error.message }, { 'x-amz-function-error': 'Unhandled' }),
    );
  });

const run = async (rotation: ApiKeyRotation, request: IncomingMessage): Promise<void> => {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_EVENT_BYTES) throw new RangeError('the event is too large');
    parts.push(part);
  }
  const event = JSON.parse(Buffer.concat(parts).toString('utf8')) as Record<'Step' | 'SecretId' | 'ClientRequestToken', string>;
  await rotation.run({ step: event.Step, secretId: event.SecretId, clientRequestToken: event.ClientRequestToken });
};
