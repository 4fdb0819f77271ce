import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DomainError, resourceNotFound } from '@strongroom/errors';
import { asStrongroomError } from './as-strongroom-error';
import * as classes from './errors';

const { ResourceNotFoundException, StrongroomError } = classes;

it('rebuilds an error as the class of its name', () => {
  const sent = resourceNotFound('no such secret', { metadata: { request_id: 'r-1' }, cause: new Error('wire') });
  const error = asStrongroomError(sent) as InstanceType<typeof ResourceNotFoundException>;
  expect(error).toBeInstanceOf(ResourceNotFoundException);
  expect(error).toBeInstanceOf(StrongroomError);
  expect(error).toBeInstanceOf(DomainError);
  expect({ ...error, message: error.message, name: error.name, requestId: error.requestId, cause: error.cause }).toEqual({
    kind: 'not-found',
    reason: 'ResourceNotFoundException',
    name: 'ResourceNotFoundException',
    message: 'no such secret',
    metadata: { request_id: 'r-1' },
    requestId: 'r-1',
    cause: sent.cause,
  });
});

it.each(['FromTheFuture', 'constructor', 'StrongroomError', '__proto__'])('makes a plain StrongroomError of %s', (reason) => {
  const error = asStrongroomError(new DomainError({ kind: 'aborted', reason, message: 'm' }));
  expect(Object.getPrototypeOf(error)).toBe(StrongroomError.prototype);
  expect(error).toMatchObject({ reason });
});

it('leaves other errors as they are', () => {
  const error = new TypeError('defect');
  expect(asStrongroomError(error)).toBe(error);
});

it('knows every reason that a service gives', () => {
  const root = resolve(__dirname, '../../..');
  // What goes wrong between a rotation function and its server is told in the run's history, not as the error of a call.
  const untold = /generated|spec\.ts$|testing|system-tests|^(egress|rotation-functions)\//;
  const sources = ['apps', 'libs'].flatMap((top) =>
    (readdirSync(join(root, top), { recursive: true }) as string[])
      .filter((file) => /^[^/]+\/src\/.*\.ts$/.test(file) && !untold.test(file))
      .map((file) => readFileSync(join(root, top, file), 'utf8')),
  );
  const kinds =
    'invalid-argument|failed-precondition|not-found|already-exists|permission-denied|unauthenticated|resource-exhausted|aborted';
  const given = new RegExp(`(?:reason: |'(?:${kinds})',\\s*)'([A-Z][A-Za-z]+)'`, 'g');
  const reasons = new Set(sources.flatMap((source) => [...source.matchAll(given)].map(([, reason]) => reason!)));
  expect(reasons.size).toBeGreaterThan(25);
  // Of a process that does not start, not of a call.
  reasons.delete('WrongRootKeyException');
  expect([...reasons].filter((reason) => !Object.hasOwn(classes, reason))).toEqual([]);
});
