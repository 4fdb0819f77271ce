import { HTTP } from '@strongroom/bounds';
import { AwsError, serialization } from '../aws-error';
import { services } from '../gateway/services';
import { parseParameters } from '../http/query-string';
import { headerOf, type WireHead, type WireRequest, type WireResponse } from '../http/request';
import type { Protocol } from './protocol';
import { ParameterTree } from './parameter-tree';
import { readQuery } from './query';
import { noOperation } from './unknown-operation';
import { element, escapeXml, membersAsXml } from './xml';

const FORM = 'application/x-www-form-urlencoded';
const ACTION = /(?:^|&)Action=/;
const utf8 = new TextDecoder('utf-8', { fatal: true });

const isForm = (head: WireHead): boolean => headerOf(head, 'content-type').split(';', 1)[0]!.trim().toLowerCase() === FORM;

const namespaceOf = (signingName: string, version: string): string =>
  ` xmlns="https://${signingName}.amazonaws.com/doc/${version}/"`;

/** AWS Query: parameters in a form, or in the query string of a GET, and answers in XML. */
export const queryProtocol: Protocol = {
  kind: 'query',
  unsignedBody: HTTP.unsignedBodyBytes,
  speaks: (head) => head.headers['x-amz-target'] === undefined && (isForm(head) || ACTION.test(head.query)),
  announced: () => undefined,

  read(request) {
    const parameters = parametersOf(request);
    const [name, version] = [parameters.under('Action')?.value ?? '', parameters.under('Version')?.value ?? ''];
    if (name === '') throw new AwsError('InvalidAction', 'Action and Version must name an operation.');
    const service = services.find(({ protocol, selector }) => protocol === 'query' && selector === version);
    const operation = service?.operations.get(name);
    if (service === undefined || operation === undefined) {
      throw noOperation('InvalidAction', name, ` of version '${version.slice(0, 32).replace(/[^\w-]/g, '?')}'`);
    }
    return { service, name, operation, input: () => readQuery(operation.input, parameters) };
  },

  succeed({ service, name, operation }, value, requestId) {
    const { members } = operation.output;
    const isVoid = Object.keys(members).length === 0 && !operation.hasEmptyResult;
    const result = isVoid ? '' : element(`${name}Result`, membersAsXml(members, value));
    const metadata = element('ResponseMetadata', element('RequestId', requestId));
    return respond(
      200,
      requestId,
      element(`${name}Response`, result + metadata, namespaceOf(service.signingName, service.selector)),
    );
  },

  fail({ code, message, status }, service, requestId) {
    const error = [
      element('Type', status >= 500 ? 'Receiver' : 'Sender'),
      element('Code', escapeXml(code)),
      element('Message', escapeXml(message)),
    ];
    const namespace = service === undefined ? '' : namespaceOf(service.signingName, service.selector);
    return respond(
      status,
      requestId,
      element('ErrorResponse', element('Error', error.join('')) + element('RequestId', requestId), namespace),
    );
  },
};

/** The parameters of a form or, without one, of the query string. Not of both, because then some would be ignored. */
function parametersOf(request: WireRequest): ParameterTree {
  if (request.path !== '/') throw serialization('Actions must be requested on /.');
  if (request.method !== 'GET' && request.method !== 'POST') throw serialization('Actions must be requested with GET or POST.');
  let text = request.query;
  if (request.body.length > 0) {
    if (ACTION.test(text)) throw serialization('The parameters must be in the form or in the query string, not in both.');
    try {
      text = utf8.decode(request.body);
    } catch {
      throw serialization('The form is not UTF-8.');
    }
  }
  const { parameters, problem } = parseParameters(text);
  if (problem !== undefined) throw serialization(`The request ${problem}.`);
  return ParameterTree.of(parameters);
}

const respond = (status: number, requestId: string, body: string): WireResponse => ({
  status,
  headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
  body,
});
