import { DomainError, isDomainError, type ErrorKind } from '@strongroom/errors';
import { rootCertificates } from 'node:tls';
import type { HttpImplementation } from '../domain/custom-function';
import type { StepInvoker } from '../domain/custom-rotation';
import { foreignName, foreignText } from '../domain/foreign-text';
import type { RotationStep, StepCall } from '../domain/rotation-function.port';
import { functionUnreachable, TargetUnreachable } from '@strongroom/egress';
import type { TargetHttp } from '@strongroom/egress';

/** A rotation function answers nothing but errors. */
const MAX_ANSWER_BYTES = 65_536;

/** Calls functions as AWS calls Lambda: `POST <endpoint>/2015-03-31/functions/<name>/invocations`. Redirects are not followed. */
export const lambdaInvoker = (
  { endpoint, caPem }: HttpImplementation,
  { name, timeoutMs }: { name: string; timeoutMs: number },
  http: TargetHttp,
): StepInvoker => ({
  async invoke(step, call) {
    const answer = await http({
      url: new URL(`${endpoint}/2015-03-31/functions/${encodeURIComponent(name)}/invocations`),
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-amz-invocation-type': 'RequestResponse',
        'x-amz-log-type': 'None',
      },
      body: eventOf(step, call),
      tls: {
        rejectUnauthorized: true,
        ...(caPem !== '' && { ca: [...rootCertificates, caPem].join('\n') }),
      },
      signal: call.signal,
      named: `the function ${name}`,
      timeoutMs,
      maxBody: MAX_ANSWER_BYTES,
    }).catch((error: unknown) => {
      throw ofConnection(error);
    });
    if (answer.status < 200 || answer.status > 299) throw refused(answer.status, answer.body);
    if (answer.headers['x-amz-function-error'] !== undefined || reportsError(answer.body)) throw ofFunction(answer.body);
  },
});

const eventOf = (step: RotationStep, { secretArn, token, rotationToken }: StepCall): string =>
  JSON.stringify({ Step: step, SecretId: secretArn, ClientRequestToken: token, RotationToken: rotationToken });

const ofConnection = (error: unknown): unknown => {
  if (error instanceof TargetUnreachable) return functionUnreachable(error.named, error.why);
  if (!isDomainError(error) || error.kind !== 'unavailable') return error;
  return failure('internal', 'RotationFunctionError', `The function answered with more than ${MAX_ANSWER_BYTES} bytes.`);
};

const failure = (kind: ErrorKind, reason: string, message: string): DomainError => new DomainError({ kind, reason, message });

const kinds: Readonly<Record<number, ErrorKind>> = { 400: 'invalid-argument', 403: 'permission-denied', 404: 'not-found' };

/** The endpoint did not run the function. */
const refused = (status: number, body: string): DomainError => {
  const { message } = fieldsOf(body);
  const said = message === '' ? '' : `: ${message}`;
  return failure(
    kinds[status] ?? 'unavailable',
    'RotationFunctionRefused',
    `The function's endpoint answered with HTTP status ${status}${said}`,
  );
};

/** The function ran and raised an error. Only the function could know whether a retry helps, so it is tried again. */
const ofFunction = (body: string): DomainError => {
  const { type, message } = fieldsOf(body);
  return failure('internal', type, message === '' ? 'The function raised an error.' : message);
};

/**
 * The Lambda runtime interface emulator sets no header. It tells of an error by the body alone, and of a function that took too
 * long by a body that is not JSON. A rotation function has nothing to answer, so either is an error.
 */
const reportsError = (body: string): boolean => {
  if (body.trim() === '') return false;
  const answer = jsonIn(body) as { errorType?: unknown; errorMessage?: unknown } | null | undefined;
  return answer === undefined || typeof answer?.errorType === 'string' || typeof answer?.errorMessage === 'string';
};

/** undefined: it is no JSON. */
const jsonIn = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};

const fieldsOf = (body: string): { type: string; message: string } => {
  const answer = jsonIn(body);
  const { errorType, errorMessage, message, Message } = (typeof answer === 'object' && answer !== null ? answer : {}) as Record<
    string,
    unknown
  >;
  const text = [errorMessage, message, Message].find((one) => typeof one === 'string');
  return { type: foreignName(errorType, 'RotationFunctionError'), message: foreignText(text ?? '') };
};
