import { gzipSync } from 'node:zlib';
import { GATEWAY, type ProgramName, serviceNames } from '@strongroom/local-cluster';
import type { Dice } from './dice';
import { END_HEADERS, END_STREAM, frame, frameTypes, headerBlock, headerField, PREFACE, settings, uint32 } from './http2-frames';

/** What a client without a credential writes on a connection. */
export interface WireScenario {
  name: string;
  /** The programs to which it is written. */
  programs: readonly ProgramName[];
  /** The ALPN protocol of the client's handshake; undefined if it writes without TLS. */
  protocol: 'h2' | 'http/1.1' | undefined;
  /** Bytes, in the pieces in which they are sent. */
  write: (dice: Dice) => Buffer[];
  /** It stops in the middle, and keeps the connection open. */
  isHeld?: boolean;
}

/** 64 MiB of nothing, which is little to send. */
const bomb = gzipSync(Buffer.alloc(64 << 20));

const everything: readonly ProgramName[] = [...serviceNames, GATEWAY];
const { data, headers, priority, rstStream, pushPromise, ping, goaway, windowUpdate, continuation } = frameTypes;

const start = (): Buffer => Buffer.concat([PREFACE, settings()]);
const PATH = '/strongroom.identity.v1.TokenService/GetSessionToken';
const grpcHeaders = (path = PATH, ...more: [string, string][]): [string, string][] => [
  [':method', 'POST'],
  [':scheme', 'https'],
  [':path', path],
  [':authority', 'localhost'],
  ['content-type', 'application/grpc'],
  ['te', 'trailers'],
  ...more,
];
const open = (stream: number, fields = grpcHeaders(), flags = END_HEADERS): Buffer =>
  frame(headers, flags, stream, headerBlock(fields));
/** A message of gRPC: whether it is compressed, its length, its bytes. */
const message = (bytes: Buffer, length = bytes.length, compressed = 0): Buffer =>
  Buffer.concat([Buffer.from([compressed]), uint32(length), bytes]);
const call = (stream: number, body: Buffer, fields = grpcHeaders(), flags = END_STREAM): Buffer =>
  Buffer.concat([open(stream, fields), frame(data, flags, stream, body)]);

type Write = WireScenario['write'];

/** On a connection of HTTP/2 that has begun as it should. */
const h2 = (name: string, write: Write, more: Partial<WireScenario> = {}): WireScenario => ({
  name,
  programs: everything,
  protocol: 'h2',
  write: (dice) => [start(), ...write(dice)],
  ...more,
});

/** To the gateway, in HTTP/1.1. */
const h1 = (
  name: string,
  write: (dice: Dice) => string | Buffer | (string | Buffer)[],
  more: Partial<WireScenario> = {},
): WireScenario => ({
  name,
  programs: [GATEWAY],
  protocol: 'http/1.1',
  write: (dice) => [write(dice)].flat().map((piece) => (typeof piece === 'string' ? Buffer.from(piece, 'latin1') : piece)),
  ...more,
});

const repeated = (count: number, make: (at: number) => Buffer): Buffer =>
  Buffer.concat(Array.from({ length: count }, (_, at) => make(at)));
const head = (...lines: string[]): string => [...lines, '', ''].join('\r\n');
const FORM = 'Content-Type: application/x-www-form-urlencoded';

export const wireScenarios: readonly WireScenario[] = [
  { name: 'noise in the clear', programs: everything, protocol: undefined, write: (dice) => [dice.bytes(200)] },
  {
    name: 'HTTP in the clear',
    programs: everything,
    protocol: undefined,
    write: () => [Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
  },
  {
    name: 'half a handshake',
    programs: everything,
    protocol: undefined,
    isHeld: true,
    write: () => [Buffer.from('16030100f8010000f40303', 'hex')],
  },
  { name: 'silence', programs: everything, protocol: 'h2', write: () => [] },
  { name: 'noise', programs: everything, protocol: 'h2', write: (dice) => [dice.bytes(300)] },
  {
    name: 'HTTP/1.1 where HTTP/2 was agreed',
    programs: everything,
    protocol: 'h2',
    write: () => [Buffer.from('GET / HTTP/1.1\r\nHost: x\r\n\r\n')],
  },
  { name: 'half a preface', programs: everything, protocol: 'h2', isHeld: true, write: () => [PREFACE.subarray(0, 10)] },
  h2('frames of noise', (dice) => [
    repeated(20, () => frame(dice.below(12), dice.below(256), dice.below(8), dice.bytes(dice.below(60)))),
  ]),
  h2('a length that lies', (dice) => [frame(data, 0, 1, dice.bytes(10), dice.pick([16_777_215, 16_385, 11]))], { isHeld: true }),
  h2('odd settings', (dice) => [
    settings([dice.between(1, 9), dice.pick([0, 1, 2 ** 31, 2 ** 32 - 1, 16_383])]),
    call(1, message(Buffer.alloc(0))),
  ]),
  h2('tiny windows', () => [settings([4, 0]), call(1, message(Buffer.alloc(0)))], { isHeld: true }),
  h2('many settings', () => [repeated(1_000, () => settings([3, 100]))]),
  h2('many pings', () => [repeated(1_000, () => frame(ping, 0, 0, Buffer.alloc(8)))]),
  h2('many empty frames', () => [open(1), repeated(2_000, () => frame(data, 0, 1))]),
  h2('rapid resets', () => [
    repeated(300, (at) => Buffer.concat([open(1 + 2 * at), frame(rstStream, 0, 1 + 2 * at, uint32(8))])),
  ]),
  h2('half a block of fields', () => [open(1, grpcHeaders(), 0)], { isHeld: true }),
  h2('a block of fields without end', () => [
    open(1, grpcHeaders(), 0),
    repeated(200, () => frame(continuation, 0, 1, Buffer.concat(Array(20).fill(headerField('x-more', 'y'.repeat(700)))))),
  ]),
  h2('a bomb of fields', () => [
    // The first enters the table, all others are one byte each.
    frame(
      headers,
      END_HEADERS | END_STREAM,
      1,
      Buffer.concat([
        headerBlock(grpcHeaders()),
        Buffer.from([0x40, 1, 0x78, 0x7f, 0x81, 0x1e]),
        Buffer.alloc(4_096, 0x61),
        Buffer.alloc(8_000, 0xbe),
      ]),
    ),
  ]),
  h2('fields of noise', (dice) => [frame(headers, END_HEADERS | END_STREAM, 1, dice.bytes(80))]),
  h2('odd fields', (dice) => [
    open(
      1,
      dice.pick<[string, string][]>([
        [...grpcHeaders(), ['X-Upper', 'x']],
        [...grpcHeaders(), ['x-nul', 'a\0b']],
        [...grpcHeaders(), ['x-line', 'a\r\nb: c']],
        [...grpcHeaders(), [':path', '/x']],
        grpcHeaders().slice(1),
        grpcHeaders().slice(0, 2),
        [],
        [...grpcHeaders(), ['connection', 'close']],
        [...grpcHeaders(), ['content-length', '-1']],
        [...grpcHeaders(), ['content-length', '5']],
        [...grpcHeaders(), ['transfer-encoding', 'chunked']],
        [['x-first', 'y'], ...grpcHeaders()],
        grpcHeaders('/'.repeat(9_000)),
        grpcHeaders(`/${'\xff'.repeat(40)}`),
        grpcHeaders(''),
        grpcHeaders('*'),
        grpcHeaders('/__proto__/constructor'),
        grpcHeaders('/strongroom.identity.v1.TokenService/__proto__'),
      ]),
      END_HEADERS | END_STREAM,
    ),
  ]),
  h2('odd metadata', (dice) => [
    call(
      1,
      message(Buffer.alloc(0)),
      grpcHeaders(
        PATH,
        dice.pick<[string, string]>([
          ['grpc-timeout', '99999999999999H'],
          ['grpc-timeout', '-1S'],
          ['grpc-timeout', '0n'],
          ['grpc-timeout', 'NaN'],
          ['grpc-timeout', '1'],
          ['grpc-timeout', ''],
          ['grpc-encoding', 'x'],
          ['grpc-encoding', '__proto__'],
          ['grpc-accept-encoding', '\xff'],
          ['authorization', 'Bearer'],
          ['authorization', '\xff\xfe'],
          ['strongroom-caller-bin', '!not base64!'],
          ['strongroom-caller-bin', ''],
          ['x-request-id', 'x'.repeat(2_000)],
          ['user-agent', 'x'.repeat(6_000)],
          ['x-odd-bin', '%%%'],
        ]),
      ),
    ),
  ]),
  h2('odd content', (dice) => {
    const rest = grpcHeaders().filter(([name]) => name !== 'content-type');
    const type = dice.pick([undefined, 'text/plain', 'application/grpc+json', 'application/grpc-web']);
    return [call(1, message(Buffer.alloc(0)), type === undefined ? rest : [...rest, ['content-type', type]])];
  }),
  h2('odd methods', (dice) => [
    call(1, message(Buffer.alloc(0)), [
      [':method', dice.pick(['GET', 'PUT', 'OPTIONS', 'CONNECT', '', 'post'])],
      ...grpcHeaders().slice(1),
    ]),
  ]),
  h2('a message whose length lies', (dice) => [call(1, message(Buffer.from('x'), dice.pick([0, 2, 5_000_000, 2 ** 32 - 1])))]),
  h2('half a message', (dice) => [call(1, message(dice.bytes(100), 1_000), grpcHeaders(), 0)], { isHeld: true }),
  h2(
    'many half messages',
    () => [repeated(100, (at) => call(1 + 2 * at, message(Buffer.alloc(15_000), 4_000_000), grpcHeaders(), 0))],
    { isHeld: true },
  ),
  h2('two messages', () => [call(1, Buffer.concat([message(Buffer.alloc(0)), message(Buffer.alloc(0))]))]),
  h2('no message', () => [call(1, Buffer.alloc(0))]),
  h2('a message and noise', (dice) => [call(1, Buffer.concat([message(Buffer.alloc(0)), dice.bytes(3)]))]),
  h2('a compressed message', (dice) => {
    const content = dice.pick([bomb, gzipSync(Buffer.alloc(3)), dice.bytes(50)]);
    return [
      call(
        1,
        message(content, content.length, dice.pick([1, 1, 255])),
        grpcHeaders(PATH, ['grpc-encoding', dice.pick(['gzip', 'deflate', 'identity'])]),
      ),
    ];
  }),
  h2('frames out of place', (dice) => [
    dice.pick([
      frame(data, 0, 0, Buffer.from('x')),
      open(2),
      frame(data, 0, 7, Buffer.from('x')),
      frame(windowUpdate, 0, 0, uint32(0)),
      Buffer.concat([frame(windowUpdate, 0, 0, uint32(2 ** 31 - 1)), frame(windowUpdate, 0, 0, uint32(2 ** 31 - 1))]),
      frame(rstStream, 0, 9, uint32(0)),
      frame(pushPromise, END_HEADERS, 1, uint32(2)),
      frame(continuation, END_HEADERS, 1),
      frame(priority, 0, 1, Buffer.concat([uint32(1), Buffer.from([0])])),
      frame(goaway, 0, 0, Buffer.concat([uint32(0), uint32(0)])),
      frame(ping, 0, 0, Buffer.alloc(3)),
      Buffer.concat([open(3), open(1)]),
      Buffer.concat([open(1), open(1)]),
      Buffer.concat([open(1, grpcHeaders(), END_HEADERS | END_STREAM), frame(data, 0, 1, Buffer.from('x'))]),
      frame(headers, END_HEADERS | 8, 1, Buffer.from([255, 0])),
    ]),
  ]),
  h2('questions of reflection', (dice) => [
    call(
      1,
      message(dice.bytes(dice.below(50))),
      grpcHeaders(
        dice.pick([
          '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
          '/grpc.health.v1.Health/Watch',
          '/grpc.health.v1.Health/Check',
        ]),
      ),
    ),
  ]),

  h1('half a line', () => 'POST / HT', { isHeld: true }),
  h1('half a head', () => 'POST / HTTP/1.1\r\nHost: localhost\r\nX-A: ', { isHeld: true }),
  h1('half a body', () => `${head('POST / HTTP/1.1', 'Host: localhost', 'Content-Length: 1000')}{"a"`, { isHeld: true }),
  h1('half a chunk', () => `${head('POST / HTTP/1.1', 'Host: localhost', 'Transfer-Encoding: chunked')}ff\r\nabc`, {
    isHeld: true,
  }),
  h1('noise in lines', (dice) => Buffer.concat([dice.bytes(60), Buffer.from('\r\n\r\n')])),
  h1('odd requests', (dice) =>
    dice.pick([
      head('GET / HTTP/0.9'),
      head('GET / HTTP/3.0', 'Host: x'),
      head('PRI * HTTP/2.0'),
      head('OPTIONS * HTTP/1.1', 'Host: x'),
      head('CONNECT localhost:1 HTTP/1.1', 'Host: x'),
      head('GET http://169.254.169.254/ HTTP/1.1', 'Host: x'),
      head('GET //x/%00/../ HTTP/1.1', 'Host: x'),
      head('GET /?Action=%00&Version=%ff HTTP/1.1', 'Host: x'),
      head('GET /?Action=GetCallerIdentity&Version=2011-06-15 HTTP/1.1', 'Host: x'),
      head('TRACE / HTTP/1.1', 'Host: x'),
      head('POST / HTTP/1.1', 'Host: x', 'Upgrade: h2c', 'Connection: Upgrade, HTTP2-Settings', 'HTTP2-Settings: AAMAAABk'),
      head('GET / HTTP/1.1', 'Host: x', 'Upgrade: websocket', 'Connection: Upgrade'),
    ]),
  ),
  h1('odd lengths', (dice) =>
    dice.pick([
      `${head('POST / HTTP/1.1', 'Host: x', 'Content-Length: -1')}x`,
      `${head('POST / HTTP/1.1', 'Host: x', 'Content-Length: 99999999999999999999')}x`,
      `${head('POST / HTTP/1.1', 'Host: x', 'Content-Length: 1', 'Content-Length: 2')}xx`,
      `${head('POST / HTTP/1.1', 'Host: x', 'Content-Length: 4', 'Transfer-Encoding: chunked')}0\r\n\r\n`,
      `${head('POST / HTTP/1.1', 'Host: x', 'Transfer-Encoding: gzip, chunked')}0\r\n\r\n`,
      `${head('POST / HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked')}zz\r\nabc`,
      `${head('POST / HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked')}FFFFFFFFFFFFFFFF\r\nabc`,
      `${head('POST / HTTP/1.1', 'Host: x', 'Transfer-Encoding: chunked')}1;${'e'.repeat(20_000)}\r\na\r\n0\r\n\r\n`,
      `${head('POST / HTTP/1.1', 'Host: x', 'Content-Length: 0x10')}x`,
      head('POST / HTTP/1.1', 'Host: x', 'Content-Length: 2000000', 'Expect: 100-continue'),
    ]),
  ),
  h1('odd heads', (dice) =>
    dice.pick([
      head('GET / HTTP/1.1', 'Host: x', `X-Long: ${'a'.repeat(70_000)}`),
      head('GET / HTTP/1.1', 'Host: x', ...Array.from({ length: 1_500 }, (_, at) => `X-${at}: y`)),
      head('GET / HTTP/1.1', 'Host: x', 'no colon'),
      head('GET / HTTP/1.1', 'Host: x', 'X-Folded: a', ' b'),
      head('GET / HTTP/1.1', 'Host: x', 'X-Nul: a\0b'),
      head('GET / HTTP/1.1', 'Host: x', 'Host: y'),
      head('GET / HTTP/1.1'),
      head('POST / HTTP/1.1', 'Host: x', 'Authorization: a', 'Authorization: b'),
      head('POST / HTTP/1.1', 'Host: x', '__proto__: x', 'constructor: y', 'Content-Length: 0'),
      head(
        'POST / HTTP/1.1',
        'Host: x',
        'X-Amz-Target: secretsmanager.ListSecrets',
        `Authorization: AWS4-HMAC-SHA256 ${'a=b,'.repeat(2_000)}`,
      ),
      head(
        'POST / HTTP/1.1',
        'Host: x',
        'X-Amz-Target: secretsmanager.ListSecrets',
        `Authorization: AWS4-HMAC-SHA256 Credential=${'/'.repeat(5_000)}, SignedHeaders=${'a;'.repeat(5_000)}, Signature=0`,
      ),
    ]),
  ),
  h1('many parameters', (dice) => {
    const parameters = Array.from({ length: 36_000 }, (_, at) => dice.pick([`Tags.member.${at}.Key=a`, 'a', `p${at}=1`])).join(
      '&',
    );
    const body = `Action=AssumeRoleWithWebIdentity&Version=2011-06-15&${parameters}`;
    return `${head('POST / HTTP/1.1', 'Host: x', FORM, `Content-Length: ${body.length}`)}${body}`;
  }),
  h1('parameters that lie', (dice) => {
    const body = `Action=AssumeRoleWithWebIdentity&Version=2011-06-15&${dice.pick([
      'PolicyArns.member.999999999.arn=a',
      'PolicyArns.member.-1.arn=a',
      'PolicyArns.member.__proto__.arn=a',
      'PolicyArns.member.1e9.arn=a',
      `PolicyArns${'.member.1'.repeat(5_000)}=a`,
      '__proto__.x=1&constructor.prototype=1',
      'RoleArn=%&RoleSessionName=%zz',
      'RoleArn=%ff%fe',
      'RoleArn=a&RoleArn=b',
      `WebIdentityToken=${'a.'.repeat(9_000)}`,
      '&&&===&=',
    ])}`;
    return `${head('POST / HTTP/1.1', 'Host: x', FORM, `Content-Length: ${body.length}`)}${body}`;
  }),
  h1('many requests at once', () => head('GET / HTTP/1.1', 'Host: x').repeat(60)),
  h1('a large body of nobody', () => [
    head('POST / HTTP/1.1', 'Host: x', 'Content-Length: 3000000'),
    Buffer.alloc(3_000_000, 0x61),
  ]),
];
