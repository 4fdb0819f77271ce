import { describeBounds, valuesOf } from './bound';

const KIBIBYTE = 1 << 10;
const MEBIBYTE = 1 << 20;

const SERVER_TEST = 'apps/aws-gateway/src/http/http-server.int-spec.ts';
const GATEWAY_TEST = 'apps/aws-gateway/src/gateway/gateway.int-spec.ts';
const KEYS_TEST = 'apps/aws-gateway/src/clients/signing-keys.client.spec.ts';
const QUERY_TEST = 'apps/aws-gateway/src/protocols/query.spec.ts';
const JSON_TEST = 'apps/aws-gateway/src/protocols/json.spec.ts';

/** The limits of aws-gateway, for all its ports together unless a bound says otherwise. */
export const httpBounds = describeBounds({
  strangerConnections: {
    value: 1_024,
    unit: 'count',
    of: 'connections without a valid signature; one more closes the oldest one of the address that has most',
    why: 'each costs about 50 KiB, and a client that signs leaves this group with its first call',
    test: SERVER_TEST,
  },
  knownConnections: {
    value: 4_096,
    unit: 'count',
    of: 'connections with a valid signature; one more closes the oldest one of the account that has most, after its calls',
    why: 'each costs about 50 KiB',
    test: SERVER_TEST,
  },
  streams: {
    value: 128,
    unit: 'count',
    of: 'HTTP/2 streams at a time on one connection',
    why: "more than the connection pool of any of AWS's clients",
    test: SERVER_TEST,
  },
  headerBytes: {
    value: 16 * KIBIBYTE,
    unit: 'bytes',
    of: 'the headers of a request',
    why: 'a session token has at most 8 KiB, and the rest is small',
    test: GATEWAY_TEST,
  },
  headers: {
    value: 100,
    unit: 'count',
    of: 'the headers of a request',
    why: 'clients send about 20, proxies add a few',
    test: SERVER_TEST,
  },
  bodyBytes: {
    value: MEBIBYTE,
    unit: 'bytes',
    of: 'the body of a request that names an existing credential',
    why: 'far more than the largest: a value of 65,536 bytes, all of them escaped',
    test: GATEWAY_TEST,
  },
  linkBodyBytes: {
    value: KIBIBYTE,
    unit: 'bytes',
    of: 'the body of a request for a link of a message, which needs no signature',
    why: 'a mailbox that ends a subscription by one click sends 26',
    test: 'apps/aws-gateway/src/gateway/link-answerer.spec.ts',
  },
  unsignedBodyBytes: {
    value: 64 * KIBIBYTE,
    unit: 'bytes',
    of: 'the body of any other request',
    why: 'a token of 20,000 characters, a policy and the names of ten',
    test: SERVER_TEST,
  },
  requestBytes: {
    value: 16 * KIBIBYTE,
    unit: 'bytes',
    of: 'what an unfinished request counts in addition to its body',
    why: "its headers, and its connection's buffers",
    test: SERVER_TEST,
  },
  strangerBytes: {
    value: 16 * MEBIBYTE,
    unit: 'bytes',
    of: 'unfinished requests that name no existing credential; then the oldest one of the address that has most is dropped',
    why: '256 of the largest, or 1,024 with headers only',
    test: SERVER_TEST,
  },
  claimantBytes: {
    value: 64 * MEBIBYTE,
    unit: 'bytes',
    of: 'unfinished requests that name an existing credential; then the oldest one of the credential and address that have most is dropped',
    why: '64 of the largest',
    test: SERVER_TEST,
  },
  calls: {
    value: 2_048,
    unit: 'count',
    of: 'calls of authenticated callers at a time; once half are taken, an account gets only its share',
    why: 'more than the services run at a time',
    test: SERVER_TEST,
  },
  unsignedCalls: {
    value: 256,
    unit: 'count',
    of: 'unsigned calls at a time, which carry another proof of the caller',
    why: 'each may need a call to a token issuer; they take nothing from signed calls',
    test: SERVER_TEST,
  },
  unsignedCallsOfAddress: {
    value: 64,
    unit: 'count',
    of: 'unsigned calls at a time from one address',
    why: 'a quarter of all',
    test: SERVER_TEST,
  },
  keyQuestions: {
    value: 256,
    unit: 'count',
    of: 'requests to identity-service at a time for keys that the gateway does not hold',
    why: "anybody can invent a key's name",
    test: KEYS_TEST,
  },
  keyQuestionsOfAddress: {
    value: 64,
    unit: 'count',
    of: 'the same from one address',
    why: 'a quarter of all',
    test: KEYS_TEST,
  },
  heldKeys: {
    value: 10_000,
    unit: 'count',
    of: 'signing keys that the gateway keeps for five minutes; one more drops the least recently used of the account with the most',
    why: 'an account that makes sessions without end drops its own keys; each costs some 500 bytes',
    test: KEYS_TEST,
  },
  parameters: {
    value: 1_000,
    unit: 'count',
    of: 'the parameters of a query string or a form',
    why: 'a session with tags, transitive keys and policies has about 250',
    test: 'apps/aws-gateway/src/http/query-string.spec.ts',
  },
  parameterName: {
    value: 256,
    unit: 'count',
    of: "the characters of a parameter's name",
    why: 'the longest has about 50',
    test: QUERY_TEST,
  },
  parameterDepth: {
    value: 10,
    unit: 'count',
    of: 'the parts of its name, separated by full stops',
    why: 'Tags.member.1.Key has four',
    test: QUERY_TEST,
  },
  jsonDepth: {
    value: 32,
    unit: 'count',
    of: 'levels of a JSON body',
    why: 'the deepest request has four',
    test: JSON_TEST,
  },
  jsonValues: {
    value: 10_000,
    unit: 'count',
    of: 'values in a JSON body',
    why: 'the largest request has about 300',
    test: JSON_TEST,
  },
  headersMs: {
    value: 10_000,
    unit: 'milliseconds',
    of: 'time for the handshake, and again for headers',
    why: 'a slow network needs three round trips',
    test: SERVER_TEST,
  },
  requestMs: {
    value: 30_000,
    unit: 'milliseconds',
    of: 'time for a whole request to arrive',
    why: 'a megabyte over the slowest network',
    test: GATEWAY_TEST,
  },
  idleMs: {
    value: 75_000,
    unit: 'milliseconds',
    of: 'time between two requests',
    why: "a little more than AWS's clients keep their connections",
    test: SERVER_TEST,
  },
});

export const HTTP = valuesOf(httpBounds);
