import { AwsError } from '../aws-error';
import { type Parameter, parseParameters } from '../http/query-string';
import { headerOf, type WireHead } from '../http/request';
import { ALGORITHM, type CredentialScope } from './canonical-request';

/** What a request says about its signature: in the Authorization header or, if presigned, in the query string. */
export interface Authorization {
  accessKeyId: string;
  scope: CredentialScope;
  signedHeaders: string[];
  signature: string;
  /** `20261124T130000Z`. */
  timestamp: string;
  sessionToken?: string;
  /** The seconds for which a presigned request is valid. */
  expires?: number;
  /** The query's parameters without the signature. */
  parameters: Parameter[];
}

const ACCESS_KEY_ID = /^\w{16,128}$/;
const SCOPE = /^(\d{8})\/([^/]*)\/([^/]*)\/aws4_request$/;
const SIGNATURE = /^[0-9a-f]{64}$/;
const TIMESTAMP = /^\d{8}T\d{6}Z$/;
const SIGNED_HEADERS = /^[a-z0-9!#$%&'*+.^_`|~-]+(;[a-z0-9!#$%&'*+.^_`|~-]+)*$/;
const MAX_TOKEN = 8_192;
/** The parts of an Authorization header, which has three. */
const MAX_PARTS = 10;
const LONGEST_PRESIGNED = 604_800;

const incomplete = (message: string): AwsError => new AwsError('IncompleteSignatureException', message);

/**
 * Reads who claims to have signed a request.
 * @returns undefined if it is not signed at all
 * @throws AwsError IncompleteSignatureException
 */
export function readAuthorization(request: WireHead): Authorization | undefined {
  const { parameters, problem } = parseParameters(request.query);
  if (problem !== undefined) throw incomplete(`The query string ${problem}.`);
  const header = headerOf(request, 'authorization');
  const isPresigned = parameters.some(([name]) => name === 'X-Amz-Signature' || name === 'X-Amz-Algorithm');
  if (header !== '' && isPresigned) throw incomplete('A request must be signed either by a header or by its query string.');
  if (isPresigned) return ofQuery(parameters);
  return header === '' ? undefined : { ...ofHeader(request, header), parameters };
}

function ofHeader(request: WireHead, header: string): Omit<Authorization, 'parameters'> {
  const [algorithm, rest = ''] = splitOnce(header, ' ');
  if (algorithm !== ALGORITHM) throw incomplete(`Unsupported AWS 'algorithm': it must be ${ALGORITHM}.`);
  const parts = new Map(rest.split(',', MAX_PARTS).map((part) => splitOnce(part.trim(), '=') as [string, string | undefined]));
  for (const name of ['Credential', 'Signature', 'SignedHeaders']) {
    if (!parts.get(name)) throw incomplete(`Authorization header requires '${name}' parameter.`);
  }
  const timestamp = headerOf(request, 'x-amz-date') || compactDate(headerOf(request, 'date'));
  if (timestamp === '') {
    throw incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  return check({
    credential: parts.get('Credential')!,
    signedHeaders: parts.get('SignedHeaders')!,
    signature: parts.get('Signature')!,
    timestamp,
    sessionToken: headerOf(request, 'x-amz-security-token'),
  });
}

function ofQuery(parameters: Parameter[]): Authorization {
  const one = (name: string): string => {
    const values = parameters.filter(([given]) => given === name);
    if (values.length > 1) throw incomplete(`The query parameter '${name}' must not be repeated.`);
    return values[0]?.[1] ?? '';
  };
  if (one('X-Amz-Algorithm') !== ALGORITHM) throw incomplete(`X-Amz-Algorithm must be ${ALGORITHM}.`);
  for (const name of ['X-Amz-Credential', 'X-Amz-Date', 'X-Amz-Expires', 'X-Amz-SignedHeaders', 'X-Amz-Signature']) {
    if (one(name) === '') throw incomplete(`AWS query-string parameters must include '${name}'.`);
  }
  const expires = one('X-Amz-Expires');
  if (!/^\d{1,6}$/.test(expires) || Number(expires) < 1 || Number(expires) > LONGEST_PRESIGNED) {
    throw incomplete(`X-Amz-Expires must be 1 to ${LONGEST_PRESIGNED} seconds.`);
  }
  const checked = check({
    credential: one('X-Amz-Credential'),
    signedHeaders: one('X-Amz-SignedHeaders'),
    signature: one('X-Amz-Signature'),
    timestamp: one('X-Amz-Date'),
    sessionToken: one('X-Amz-Security-Token'),
  });
  return { ...checked, expires: Number(expires), parameters: parameters.filter(([name]) => name !== 'X-Amz-Signature') };
}

interface Claims {
  credential: string;
  signedHeaders: string;
  signature: string;
  timestamp: string;
  sessionToken: string;
}

function check({ credential, signedHeaders, signature, timestamp, sessionToken }: Claims): Omit<Authorization, 'parameters'> {
  const [accessKeyId, scopeText = ''] = splitOnce(credential, '/');
  const scope = SCOPE.exec(scopeText);
  if (scope === null || !ACCESS_KEY_ID.test(accessKeyId)) {
    throw incomplete('Credential must have exactly 5 slash-delimited elements: accessKeyId/date/region/service/aws4_request.');
  }
  if (!TIMESTAMP.test(timestamp)) throw incomplete("Date must be in ISO-8601 'basic format', such as 20261124T130000Z.");
  if (!SIGNATURE.test(signature)) throw incomplete('Signature must be 64 lower-case hexadecimal digits.');
  if (!SIGNED_HEADERS.test(signedHeaders)) throw incomplete('SignedHeaders must be lower-case names, separated by semicolons.');
  const names = signedHeaders.split(';');
  if (names.some((name, index) => index > 0 && name <= names[index - 1]!)) throw incomplete('SignedHeaders must be sorted.');
  if (sessionToken.length > MAX_TOKEN) throw incomplete(`X-Amz-Security-Token must have at most ${MAX_TOKEN} characters.`);
  return {
    accessKeyId,
    scope: { date: scope[1]!, region: scope[2]!, service: scope[3]! },
    signedHeaders: names,
    signature,
    timestamp,
    ...(sessionToken === '' ? {} : { sessionToken }),
  };
}

function splitOnce(text: string, separator: string): [string, string?] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)];
}

/** The timestamp of an HTTP date; '' if it is none. */
function compactDate(date: string): string {
  if (/^\d{8}T\d{6}Z$/.test(date)) return date;
  const milliseconds = Date.parse(date);
  return Number.isNaN(milliseconds) ? '' : new Date(milliseconds).toISOString().replace(/[-:]|\.\d{3}/g, '');
}
