import { describeBounds, valuesOf } from './bound';

const KIBIBYTE = 1 << 10;
const MEBIBYTE = 1 << 20;

/** Of aws-gateway's ports. */
export const httpBounds = describeBounds({
  connections: {
    value: 10_000,
    unit: 'count',
    of: 'connections to the gateway',
    why: 'each costs some 50 KiB; what is more waits in the kernel',
    test: 'apps/aws-gateway/src/http/http-server.int-spec.ts',
  },
  streams: {
    value: 128,
    unit: 'count',
    of: 'HTTP/2 streams at a time on one connection',
    why: "more than the connection pool of any of AWS's clients",
    test: 'apps/aws-gateway/src/http/http-server.int-spec.ts',
  },
  headers: {
    value: 16 * KIBIBYTE,
    unit: 'bytes',
    of: 'the headers of a request',
    why: 'a session token has 8 KiB at most, and the rest is small',
    test: 'apps/aws-gateway/src/http/http-server.int-spec.ts',
  },
  body: {
    value: MEBIBYTE,
    unit: 'bytes',
    of: 'the body of a request',
    why: 'far more than the largest: a value of 65,536 bytes, each of them escaped',
    test: 'apps/aws-gateway/src/http/http-server.int-spec.ts',
  },
  headersMs: {
    value: 10_000,
    unit: 'milliseconds',
    of: 'time for the handshake and the first headers',
    why: 'a slow network needs three round trips and no more',
    test: 'apps/aws-gateway/src/http/http-server.int-spec.ts',
  },
  requestMs: {
    value: 30_000,
    unit: 'milliseconds',
    of: 'time to send a request in',
    why: 'a megabyte over the slowest network',
    test: 'apps/aws-gateway/src/http/http-server.int-spec.ts',
  },
  idleMs: {
    value: 75_000,
    unit: 'milliseconds',
    of: 'time between two requests',
    why: "a little more than AWS's clients keep their connections",
    test: 'apps/aws-gateway/src/http/http-server.int-spec.ts',
  },
});

export const HTTP = valuesOf(httpBounds);
