import { describeBounds, valuesOf } from './bound';

const KIBIBYTE = 1 << 10;
const MEBIBYTE = 1 << 20;

const SERVER_TEST = 'apps/aws-gateway/src/http/http-server.int-spec.ts';
const GATEWAY_TEST = 'apps/aws-gateway/src/gateway/gateway.int-spec.ts';
const QUERY_TEST = 'apps/aws-gateway/src/protocols/query.spec.ts';
const JSON_TEST = 'apps/aws-gateway/src/protocols/json.spec.ts';

/** Of aws-gateway's ports: all of them together, unless something else is said. */
export const httpBounds = describeBounds({
  strangerConnections: {
    value: 1_024,
    unit: 'count',
    of: 'connections on which nobody has proved who they are; then the oldest of the address with most of them ends',
    why: 'each costs some 50 KiB, and those who sign leave them with their first call',
    test: SERVER_TEST,
  },
  knownConnections: {
    value: 4_096,
    unit: 'count',
    of: 'connections on which somebody has; then the oldest of the account with most of them ends, after its calls',
    why: 'each costs some 50 KiB',
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
    why: 'a session token has 8 KiB at most, and the rest is small',
    test: GATEWAY_TEST,
  },
  headers: {
    value: 100,
    unit: 'count',
    of: 'the headers of a request',
    why: 'clients send some 20, proxies add some more',
    test: SERVER_TEST,
  },
  bodyBytes: {
    value: MEBIBYTE,
    unit: 'bytes',
    of: 'the body of a request that says it is signed with a credential which exists',
    why: 'far more than the largest: a value of 65,536 bytes, each of them escaped',
    test: GATEWAY_TEST,
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
    of: 'what an unfinished request counts for beside its body',
    why: 'its headers, and buffers of its connection',
    test: SERVER_TEST,
  },
  strangerBytes: {
    value: 16 * MEBIBYTE,
    unit: 'bytes',
    of: 'unfinished requests of those who name no credential that exists; then the oldest of the address with most gives way',
    why: '256 of the largest, or 1,024 of which only the headers came',
    test: SERVER_TEST,
  },
  claimantBytes: {
    value: 64 * MEBIBYTE,
    unit: 'bytes',
    of: 'unfinished requests of those who do; then the oldest of the credential and address with most gives way',
    why: '64 of the largest',
    test: SERVER_TEST,
  },
  calls: {
    value: 2_048,
    unit: 'count',
    of: 'calls under way of callers who are known; from half of it on, an account has its share only',
    why: 'more than services take at a time',
    test: SERVER_TEST,
  },
  unsignedCalls: {
    value: 256,
    unit: 'count',
    of: 'calls under way that prove their caller by what is in them',
    why: 'each may ask an issuer of tokens, and takes nothing from those who sign',
    test: SERVER_TEST,
  },
  unsignedCallsOfAddress: {
    value: 64,
    unit: 'count',
    of: 'calls of this kind from one address',
    why: 'a quarter of all',
    test: SERVER_TEST,
  },
  keyQuestions: {
    value: 256,
    unit: 'count',
    of: 'questions to identity-service under way for keys that the gateway does not hold',
    why: 'anybody can make up the name of a key',
    test: 'apps/aws-gateway/src/clients/signing-keys.client.spec.ts',
  },
  parameters: {
    value: 1_000,
    unit: 'count',
    of: 'the parameters of a query string or a form',
    why: 'a session with tags, transitive keys and policies has some 250',
    test: 'apps/aws-gateway/src/http/query-string.spec.ts',
  },
  parameterName: {
    value: 256,
    unit: 'count',
    of: 'the characters of a parameter’s name',
    why: 'the longest has some 50',
    test: QUERY_TEST,
  },
  parameterDepth: {
    value: 10,
    unit: 'count',
    of: 'the parts that full stops make of it',
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
    why: 'the largest request has some 300',
    test: JSON_TEST,
  },
  headersMs: {
    value: 10_000,
    unit: 'milliseconds',
    of: 'time for the handshake, and again for headers',
    why: 'a slow network needs three round trips and no more',
    test: SERVER_TEST,
  },
  requestMs: {
    value: 30_000,
    unit: 'milliseconds',
    of: 'time to send a request in',
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
