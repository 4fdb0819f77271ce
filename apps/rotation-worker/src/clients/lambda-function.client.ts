import { DomainError, type ErrorKind } from '@strongroom/errors';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { rootCertificates } from 'node:tls';
import type { HttpImplementation } from '../domain/custom-function';
import type { StepInvoker } from '../domain/custom-rotation';
import { foreignName, foreignText } from '../domain/foreign-text';
import type { RotationStep, StepCall } from '../domain/rotation-function.port';

/** A rotation function has nothing to say but its error. */
const MAX_ANSWER_BYTES = 65_536;

/** Calls functions as AWS calls Lambda: `POST <endpoint>/2015-03-31/functions/<name>/invocations`. Redirects are not followed. */
export const lambdaInvoker = ({ endpoint, caPem }: HttpImplementation, name: string): StepInvoker => ({
  async invoke(step, call) {
    const url = new URL(`${endpoint}/2015-03-31/functions/${encodeURIComponent(name)}/invocations`);
    const { status, functionError, body } = await post(url, caPem, eventOf(step, call), call.signal);
    if (status < 200 || status > 299) throw refused(status, body);
    if (functionError !== undefined) throw ofFunction(body);
  },
});

const eventOf = (step: RotationStep, { secretArn, token, rotationToken }: StepCall): string =>
  JSON.stringify({ Step: step, SecretId: secretArn, ClientRequestToken: token, RotationToken: rotationToken });

interface Answer {
  status: number;
  functionError: string | undefined;
  body: Buffer;
}

const post = (url: URL, caPem: string, event: string, signal: AbortSignal): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const request = send(url, {
      method: 'POST',
      signal,
      headers: {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(event),
        'x-amz-invocation-type': 'RequestResponse',
        'x-amz-log-type': 'None',
      },
      ...(caPem === '' ? {} : { ca: [...rootCertificates, caPem] }),
    });
    request.on('error', (error) => reject(unreachable(url, error)));
    request.on('response', (response) => {
      read(response).then(
        (body) => resolve({ status: response.statusCode ?? 0, functionError: header(response, 'x-amz-function-error'), body }),
        (error: unknown) => {
          request.destroy();
          reject(error instanceof DomainError ? error : unreachable(url, error));
        },
      );
    });
    request.end(event);
  });

const header = ({ headers }: IncomingMessage, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
};

async function read(response: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length;
    if (length > MAX_ANSWER_BYTES) {
      throw failure('internal', 'RotationFunctionError', `The function answered with more than ${MAX_ANSWER_BYTES} bytes.`);
    }
    parts.push(part);
  }
  return Buffer.concat(parts);
}

const failure = (kind: ErrorKind, reason: string, message: string): DomainError => new DomainError({ kind, reason, message });

/** Of the system's error only its code is told. */
const unreachable = ({ host }: URL, error: unknown): DomainError => {
  const code = (error as { code?: unknown }).code;
  const why = typeof code === 'string' && /^[A-Z0-9_]{1,60}$/.test(code) ? ` (${code})` : '';
  return failure('unavailable', 'RotationFunctionUnreachable', `The function at ${host} cannot be reached${why}.`);
};

const kinds: Readonly<Record<number, ErrorKind>> = { 400: 'invalid-argument', 403: 'permission-denied', 404: 'not-found' };

/** The endpoint did not run the function. */
const refused = (status: number, body: Buffer): DomainError => {
  const { message } = fieldsOf(body);
  const said = message === '' ? '' : `: ${message}`;
  return failure(
    kinds[status] ?? 'unavailable',
    'RotationFunctionRefused',
    `The function's endpoint answered with HTTP status ${status}${said}`,
  );
};

/** The function ran and raised an error. Whether a repeat helps only the function could know, so it is tried again. */
const ofFunction = (body: Buffer): DomainError => {
  const { type, message } = fieldsOf(body);
  return failure('internal', type, message === '' ? 'The function raised an error.' : message);
};

const fieldsOf = (body: Buffer): { type: string; message: string } => {
  let answer: unknown;
  try {
    answer = JSON.parse(body.toString('utf8'));
  } catch {
    answer = undefined;
  }
  const { errorType, errorMessage, message, Message } = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<
    string,
    unknown
  >;
  const text = [errorMessage, message, Message].find((one) => typeof one === 'string');
  return { type: foreignName(errorType, 'RotationFunctionError'), message: foreignText((text as string | undefined) ?? '') };
};
