import { isIdempotent, type Method, type Service } from './method';
import { AWS_NAMES } from './called-via';
import { servedBy, services } from './services';
import { byPath, eventsOf, operationOf } from './service-rules';
import { auditService } from './audit.methods';
import { rotationService } from './rotation.methods';
import { rotationRequestService, secretsService } from './secrets.methods';

const lines = services.flatMap(({ methods }) => Object.entries<Method>(methods));
const namesOf = (is: (method: Method) => boolean) => lines.filter(([, method]) => is(method)).map(([name]) => name);

describe('what a name promises, the table says as well:', () => {
  it.each(lines)('%s', (name, { readOnly }) => {
    if (/^(batchGet|describe|get|list|lookup|read|resolve|validate|verify|watch)[A-Z]/.test(name)) {
      // It makes a session.
      expect(readOnly).toBe(name !== 'getSessionToken');
    }
    if (/^(add|attach|create|delete|detach|drop|finish|put|register|remove|restore|set|tag|untag|update)[A-Z]/.test(name)) {
      expect(readOnly).toBe(false);
    }
  });
});

it('a program is called as AWS calls where its events come from', () => {
  expect(AWS_NAMES).toEqual(
    Object.fromEntries(Object.entries(servedBy).map(([name, [{ eventSource }]]) => [name, eventSource.split('.')[0]])),
  );
});

it('what changes nothing can be repeated', () => {
  expect(namesOf((method) => method.readOnly && !isIdempotent(method, {}))).toEqual([]);
});

it('whom nobody knows may only prove who they are', () => {
  expect(namesOf(({ callers }) => callers === 'anyone')).toEqual(['getSessionToken', 'assumeRoleWithWebIdentity']);
});

it('what only services may call says which', () => {
  expect(namesOf(({ callers, services: named = [] }) => callers === 'none' && named.length === 0)).toEqual([]);
});

it('what callers may call leaves an event', () => {
  expect(namesOf(({ callers, audited }) => callers !== 'none' && !audited)).toEqual([]);
});

it('writes of values and rotations can be repeated with their token', () => {
  const token = { clientRequestToken: 'a'.repeat(32) };
  const value = { value: { $case: 'secretString', value: 'x' } };
  const repeats = (name: keyof typeof secretsService.methods, request: object) =>
    isIdempotent(secretsService.methods[name], request);
  for (const name of ['createSecret', 'putSecretValue', 'updateSecret'] as const) {
    expect([token, { value }, { value, ...token }].map((request) => repeats(name, request))).toEqual([false, false, true]);
  }
  expect([{}, token].map((request) => repeats('rotateSecret', request))).toEqual([false, true]);
});

it('has one line for each path', () => {
  expect(Object.keys(byPath(services))).toHaveLength(lines.length);
});

describe('events', () => {
  const eventOf = (service: Service, method: string) => eventsOf([service])(service.contract[method]!.path);

  it('have the name of the operation, or the one of the table', () => {
    expect(eventOf(secretsService, 'getSecretValue')).toEqual({
      source: 'secretsmanager.amazonaws.com',
      name: 'GetSecretValue',
      readOnly: true,
      audited: true,
    });
    expect(eventOf(rotationRequestService, 'readMasterSecret')).toMatchObject({ name: 'GetSecretValue' });
  });

  it('come from the service, or from where the method says', () => {
    expect(eventOf(rotationService, 'retryRotation')).toMatchObject({ source: 'secretsmanager.amazonaws.com' });
    expect(eventOf(rotationService, 'deleteRotationFunction')).toMatchObject({ source: 'lambda.amazonaws.com' });
  });

  it('of a method that no table has come from the first service', () => {
    const path = '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo';
    expect(eventsOf([auditService, secretsService])(path)).toEqual({
      source: 'cloudtrail.amazonaws.com',
      name: operationOf(path),
      readOnly: false,
      audited: true,
    });
  });
});
