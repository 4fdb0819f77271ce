import { describeBounds, valuesOf } from './bound';

const KIBIBYTE = 1 << 10;

const SERVER_TEST = 'apps/agent/src/http/agent-server.int-spec.ts';
const SECRETS_TEST = 'apps/agent/src/secrets/held-secrets.spec.ts';

/** The limits of the agent on the programs beside it. */
export const agentBounds = describeBounds({
  healthConnections: {
    value: 8,
    unit: 'count',
    of: 'connections beyond those that `STRONGROOM_AGENT_MAX_CONN` allows, for health checks and refusals; more are closed',
    why: 'who asks for its health must not wait for programs',
    test: SERVER_TEST,
  },
  headerBytes: {
    value: 16 * KIBIBYTE,
    unit: 'bytes',
    of: 'the address and the headers of a request',
    why: 'an id has at most 2,048 characters, and the rest is small',
    test: SERVER_TEST,
  },
  headers: {
    value: 100,
    unit: 'count',
    of: 'the headers of a request',
    why: 'clients send about ten',
    test: SERVER_TEST,
  },
  inFlight: {
    value: 4_096,
    unit: 'count',
    of: 'requests that wait for the cluster; more are refused',
    why: 'some for each connection, though one client sends many without waiting',
    test: SERVER_TEST,
  },
  secretId: {
    value: 2_048,
    unit: 'count',
    of: 'the characters of a secret id',
    why: 'the longest ARN has fewer',
    test: 'apps/agent/src/http/secret-request.spec.ts',
  },
  addresses: {
    value: 8,
    unit: 'count',
    of: 'ways to write the address of one secret that are remembered',
    why: 'programs write it in one or two',
    test: SECRETS_TEST,
  },
  fetches: {
    value: 256,
    unit: 'count',
    of: 'secrets that are fetched at a time',
    why: 'a quarter of all that are kept',
    test: SECRETS_TEST,
  },
  fetchesASecond: {
    value: 100,
    unit: 'per second',
    of: 'fetches on behalf of programs, on average',
    why: 'a program in a loop must not load the cluster',
    test: SECRETS_TEST,
  },
  fetchesAtOnce: {
    value: 1_000,
    unit: 'count',
    of: 'fetches that may come together, after a quiet time',
    why: 'all secrets that are kept, when all programs start',
    test: SECRETS_TEST,
  },
  refusalMs: {
    value: 1_000,
    unit: 'milliseconds',
    of: 'time for which the answer that a secret cannot be read is repeated without another look',
    why: 'programs that were refused ask again at once',
    test: SECRETS_TEST,
  },
  refreshPauseMs: {
    value: 100,
    unit: 'milliseconds',
    of: 'time between two fetches of one secret by `refreshNow`; who asks meanwhile shares the next one',
    why: 'ten a second are as current as anybody needs',
    test: 'apps/agent/src/secrets/refreshes.spec.ts',
  },
  headersMs: {
    value: 10_000,
    unit: 'milliseconds',
    of: 'time for a request to arrive',
    why: 'it comes from the same machine',
    test: SERVER_TEST,
  },
  idleMs: {
    value: 75_000,
    unit: 'milliseconds',
    of: 'time between two requests',
    why: 'a little more than most clients keep their connections',
    test: SERVER_TEST,
  },
});

export const AGENT = valuesOf(agentBounds);
