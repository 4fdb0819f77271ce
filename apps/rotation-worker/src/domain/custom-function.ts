import { endpointOf } from '@strongroom/config';
import { formatArn, isArn, parseArn } from '@strongroom/arn';
import { arePemCertificates } from '@strongroom/config';
import { invalidParameter, resourceNotFound } from '@strongroom/errors';

/** A rotation function that somebody registered. */
export interface CustomFunction {
  accountId: string;
  name: string;
  description: string;
  implementation: GrpcImplementation | HttpImplementation;
  /** The time for one step; milliseconds. */
  timeoutMs: number;
  modifiedAt: Date;
}

export interface GrpcImplementation {
  kind: 'grpc';
  /** host:port */
  address: string;
  /** The URI SAN that the function's certificate must have beside the address's DNS name; '': none. */
  serverUri: string;
  /** '': the cluster's authority. */
  caPem: string;
}

export interface HttpImplementation {
  kind: 'http';
  endpoint: string;
  /** '': the system's authorities alone. */
  caPem: string;
}

export const BUILT_IN_PREFIX = 'strongroom-';
export const DEFAULT_TIMEOUT_MS = 30_000;
const TIMEOUT = { min: 1_000, max: 15 * 60_000 };
const MAX_PEM = 65_536;
/** Of addresses, as the table of functions keeps them. */
const MAX_URI = 2_048;
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

export const functionNotFound = (arn: string) => resourceNotFound(`Function not found: ${arn}`);

export interface FunctionReference {
  accountId: string;
  region: string;
  name: string;
}

export const functionArn = ({ accountId, region, name }: FunctionReference): string =>
  formatArn({ partition: 'aws', service: 'lambda', region, account: accountId, resource: `function:${name}` });

/**
 * Reads a function's ARN or, for a function of the caller's account, its name.
 * @throws InvalidParameterException that names `field`
 */
export function readFunctionReference(
  text: string,
  own: { accountId: string; region: string },
  field = 'FunctionName',
): FunctionReference {
  if (!isArn(text)) return { ...own, name: requireFunctionName(text, field) };
  const { service, region, account, resource } = parseArn(text, field);
  const [kind, name, ...rest] = resource.split(':');
  if (service !== 'lambda' || kind !== 'function' || name === undefined || rest.length > 0 || region === '' || account === '') {
    throw invalidParameter(`${field} must have the form arn:aws:lambda:<region>:<account>:function:<name>.`);
  }
  return { accountId: account, region, name: requireFunctionName(name, field) };
}

export function requireFunctionName(name: string, field = 'FunctionName'): string {
  if (!NAME.test(name)) throw invalidParameter(`${field} must be 1 to 64 ASCII letters, digits, "-" and "_".`);
  return name;
}

export function requireOwnName(name: string): string {
  requireFunctionName(name);
  if (name.startsWith(BUILT_IN_PREFIX)) {
    throw invalidParameter(`FunctionName must not begin with ${BUILT_IN_PREFIX}, which is reserved for built-in functions.`);
  }
  return name;
}

export function requireDescription(description: string): string {
  if ([...description].length > 256) throw invalidParameter('Description must have at most 256 characters.');
  return description;
}

export function requireTimeout(milliseconds: number | undefined): number {
  if (milliseconds === undefined) return DEFAULT_TIMEOUT_MS;
  if (!(Number.isInteger(milliseconds) && milliseconds >= TIMEOUT.min && milliseconds <= TIMEOUT.max)) {
    throw invalidParameter('Timeout must be from 1 second to 15 minutes, in whole milliseconds.');
  }
  return milliseconds;
}

export function requireGrpc({ address, serverUri, caPem }: Omit<GrpcImplementation, 'kind'>): GrpcImplementation {
  if (!/^([A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:.]+\]):[1-9]\d{0,4}$/.test(address) || endpointOf(address).port > 65_535) {
    throw invalidParameter('Grpc.Address must have the form host:port.');
  }
  if (serverUri !== '' && (serverUri.length > MAX_URI || !/^[a-z][a-z0-9+.-]*:\/\/[\x21-\x7e]+$/.test(serverUri))) {
    throw invalidParameter(
      `Grpc.ServerUri must be a URI of at most ${MAX_URI} characters, such as spiffe://example.org/rotation.`,
    );
  }
  return { kind: 'grpc', address, serverUri, caPem: requirePem(caPem, 'Grpc.CaPem') };
}

export function requireHttp({ endpoint, caPem }: Omit<HttpImplementation, 'kind'>): HttpImplementation {
  const rule =
    'Http.Endpoint must be an https URL, or an http URL of a loopback address, without user, query and fragment, ' +
    `of at most ${MAX_URI} characters once it is percent-encoded.`;
  if (endpoint.length > MAX_URI || !URL.canParse(endpoint)) throw invalidParameter(rule);
  const url = new URL(endpoint);
  if (url.href.length > MAX_URI) throw invalidParameter(rule);
  const isAllowed = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
  if (!isAllowed || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw invalidParameter(rule);
  return { kind: 'http', endpoint: url.href.replace(/\/+$/, ''), caPem: requirePem(caPem, 'Http.CaPem') };
}

const isLoopback = (host: string): boolean => host === 'localhost' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);

function requirePem(pem: string, field: string): string {
  if (pem !== '' && (pem.length > MAX_PEM || !arePemCertificates(pem))) {
    throw invalidParameter(`${field} must be PEM certificates, at most ${MAX_PEM} characters.`);
  }
  return pem;
}
