import { describeBounds, valuesOf } from './bound';

const KIBIBYTE = 1 << 10;
const MEBIBYTE = 1 << 20;

const TEST = 'apps/console/src/requests.int-spec.ts';

/** The limits of the console. */
export const consoleBounds = describeBounds({
  connections: {
    value: 1_024,
    unit: 'count',
    of: 'connections; one more closes the oldest one of the network that has most',
    why: 'a browser has one, or six over HTTP/1.1; each costs about 50 KiB',
    test: TEST,
  },
  streams: {
    value: 128,
    unit: 'count',
    of: 'HTTP/2 streams at a time on one connection',
    why: 'a page asks for some twenty things at a time',
    test: TEST,
  },
  headerBytes: {
    value: 16 * KIBIBYTE,
    unit: 'bytes',
    of: 'the headers of a request',
    why: 'a cookie of 64 bytes, and what browsers and proxies add',
    test: TEST,
  },
  bodyBytes: {
    value: MEBIBYTE,
    unit: 'bytes',
    of: 'the body of a call of somebody who has signed in',
    why: 'far more than the largest: a value of 65,536 bytes, all of them escaped',
    test: TEST,
  },
  strangerBodyBytes: {
    value: 32 * KIBIBYTE,
    unit: 'bytes',
    of: 'the body of any other call, and of a report of a browser',
    why: 'a name, two passwords, and what a passkey answers, at most 16 KiB',
    test: TEST,
  },
  calls: {
    value: 256,
    unit: 'count',
    of: 'calls at a time',
    why: 'more than the services run at a time for people',
    test: TEST,
  },
  callsOfSession: {
    value: 32,
    unit: 'count',
    of: 'calls at a time of one session',
    why: 'a page asks for some twenty things at a time',
    test: TEST,
  },
  callsOfAddress: {
    value: 32,
    unit: 'count',
    of: 'calls at a time, without a session, from one network',
    why: 'each may cost a password hash at identity-service',
    test: TEST,
  },
  callBurst: {
    value: 200,
    unit: 'count',
    of: 'calls of one session at once, before it must wait',
    why: 'somebody who moves fast through pages',
    test: TEST,
  },
  callRate: {
    value: 50,
    unit: 'per second',
    of: 'calls of one session after these',
    why: 'live views ask every second or two',
    test: TEST,
  },
  strangerBurst: {
    value: 120,
    unit: 'count',
    of: 'calls and reports from one network at once, without a session, before it must wait',
    why: 'an office behind one address signs in in the morning',
    test: TEST,
  },
  strangerRate: {
    value: 10,
    unit: 'per second',
    of: 'the same after these',
    why: 'identity-service slows guessing itself',
    test: TEST,
  },
  batch: {
    value: 10,
    unit: 'count',
    of: 'calls in one request',
    why: 'HTTP/2 needs none; a page may send a few together',
    test: TEST,
  },
  callMs: {
    value: 20_000,
    unit: 'milliseconds',
    of: 'time for a call, until its answer',
    why: 'the longest is a verification of 20,000 events',
    test: TEST,
  },
  headersMs: {
    value: 10_000,
    unit: 'milliseconds',
    of: 'time for the handshake, and again for headers',
    why: 'a slow network needs three round trips',
    test: TEST,
  },
  requestMs: {
    value: 30_000,
    unit: 'milliseconds',
    of: 'time for a whole request to arrive',
    why: 'a megabyte over the slowest network',
    test: TEST,
  },
  idleMs: {
    value: 75_000,
    unit: 'milliseconds',
    of: 'time between two requests of a connection',
    why: 'a page that shows something live asks sooner',
    test: TEST,
  },
});

export const CONSOLE = valuesOf(consoleBounds);
