import { AwsError } from '../aws-error';
import { services } from '../gateway/services';
import { headerOf, type WireResponse } from '../http/request';
import { readJson, writeJson } from './json';
import type { Protocol } from './protocol';
import { noOperation } from './unknown-operation';

const CONTENT_TYPE = 'application/x-amz-json-1.1';

const unknownOperation = (message: string): AwsError => new AwsError('UnknownOperationException', message);

/** AWS JSON 1.1: one path, and the operation in X-Amz-Target. It also answers requests of no known protocol. */
export const jsonProtocol: Protocol = {
  kind: 'json',
  unsignedBody: 0,
  speaks: () => true,

  announced(head) {
    if (head.method !== 'POST' || head.path !== '/') throw unknownOperation('Operations must be requested with POST on /.');
    const target = headerOf(head, 'x-amz-target');
    if (target === '') throw unknownOperation('X-Amz-Target must name an operation.');
    // Long selectors have dots; the names of operations have none.
    const dot = target.lastIndexOf('.');
    const selected = target.slice(0, dot);
    const service = services.find(
      ({ protocol, selector, longSelector }) => protocol === 'json' && (selector === selected || longSelector === selected),
    );
    const name = target.slice(dot + 1);
    const operation = service?.operations.get(name);
    const why = service?.absent?.get(name);
    if (why !== undefined) throw new AwsError(service!.unsupported, why);
    if (service === undefined || operation === undefined) throw noOperation('UnknownOperationException', target);
    const [contentType] = headerOf(head, 'content-type').split(';', 1);
    if (contentType!.trim().toLowerCase() !== CONTENT_TYPE) throw unknownOperation(`Content-Type must be ${CONTENT_TYPE}.`);
    return { service, name, operation };
  },

  read: ({ body }, announced) => ({ ...announced!, input: () => readJson(announced!.operation.input, body) }),

  succeed({ operation }, value, requestId) {
    // An operation without an answer has no body.
    const body = Object.keys(operation.output.members).length === 0 ? '' : writeJson(operation.output, value);
    return respond(200, requestId, body);
  },

  fail({ code, message, status }, service, requestId) {
    const body = JSON.stringify({ __type: code, [service?.messageMember ?? 'message']: message });
    const response = respond(status, requestId, body);
    return { ...response, headers: { ...response.headers, 'x-amzn-errortype': code } };
  },
};

const respond = (status: number, requestId: string, body: string): WireResponse => ({
  status,
  headers: { 'content-type': CONTENT_TYPE, 'x-amzn-requestid': requestId },
  body,
});
