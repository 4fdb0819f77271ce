import { HTTP } from '@strongroom/bounds';
import { connect as connectHttp2, constants, type ClientHttp2Session } from 'node:http2';
import { connect as connectTcp, type Socket } from 'node:net';
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from 'node:tls';
import { GRPC_HINT, NEIGHBOUR, SIGNER, TestGateway, toSecretsManager } from '../gateway/gateway.testing';
import type { Fields } from '../model/message';

let test: TestGateway;
const open: { destroy(): void }[] = [];

beforeEach(async () => {
  test = await TestGateway.start({ headers: 60_000, request: 60_000, idle: 60_000 });
});
afterEach(async () => {
  for (const one of open.splice(0)) one.destroy();
  await test.stop();
});

const tls = (more: ConnectionOptions = {}): Promise<TLSSocket> =>
  new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port: test.servers.secure.port, servername: 'localhost', ca: test.pki.ca, ...more };
    const socket = connectTls(options, () => resolve(socket));
    socket.on('error', reject);
    open.push(socket);
  });
const textOf = async (socket: TLSSocket | Socket): Promise<string> => {
  let text = '';
  socket.on('error', () => undefined);
  socket.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
};
/** Status and body of the answer to a request over HTTP/1.1. */
const exchange = async (head: string[], body: string | Buffer = '', socket?: TLSSocket) => {
  const connection = socket ?? (await tls());
  connection.write([...head, 'host: gateway.test', `content-length: ${body.length}`, 'connection: close', '', ''].join('\r\n'));
  connection.write(body);
  const text = await textOf(connection);
  return { status: Number(text.slice(9, 12)), body: text.slice(text.indexOf('\r\n\r\n') + 4), text };
};
const linesOf = ({ headers }: { headers: Record<string, string> }) =>
  Object.entries(headers).flatMap(([name, value]) => (name === 'host' ? [] : [`${name}: ${value}`]));
const callBy = async (signer: typeof SIGNER, body = '{}') => {
  const request = await toSecretsManager('ListSecrets', body, {}, signer);
  return exchange(['POST / HTTP/1.1', ...linesOf(request)], request.body);
};
const http2 = (maxSessionMemory?: number): ClientHttp2Session => {
  const session = connectHttp2(`https://localhost:${test.servers.secure.port}`, { ca: test.pki.ca, maxSessionMemory });
  session.on('error', () => undefined);
  open.push(session);
  return session;
};
const FORM = ['POST / HTTP/1.1', 'host: a', 'content-type: application/x-www-form-urlencoded'];
const TOKEN_CALL =
  'Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=arn:aws:iam::000000000000:role/R&RoleSessionName=me&WebIdentityToken=a.b.c';

describe('strangers', () => {
  it('do not disturb who signs, with 2,048 requests whose bodies never come', async () => {
    const idle = [...FORM, 'content-length: 60000', '', 'Action=AssumeRole'].join('\r\n');
    const sessions = Array.from({ length: 16 }, () => http2());
    const streams = sessions.flatMap((session) =>
      Array.from({ length: HTTP.streams }, () => {
        const stream = session.request(
          { ':method': 'POST', ':path': '/', 'content-type': FORM[2]!.slice(14) },
          { endStream: false },
        );
        stream.on('error', () => undefined);
        stream.write('Action=AssumeRole');
        return stream;
      }),
    );
    // All have been seen: the first had to give way.
    const turnedAway = await new Promise<string>((resolve) => {
      streams[0]!.on('response', ({ ':status': status }) => {
        let text = String(status);
        streams[0]!.on('data', (chunk: Buffer) => (text += chunk.toString()));
        streams[0]!.on('end', () => resolve(text));
      });
    });
    expect(turnedAway).toMatch(/^400<ErrorResponse>.*<Code>Throttling<\/Code><Message>Rate exceeded<\/Message>/);
    const sockets = await Promise.all(Array.from({ length: 200 }, () => tls()));
    for (const socket of sockets) socket.write(idle);
    for (let count = 0; count < 20; count++) expect(await callBy(SIGNER)).toMatchObject({ status: 200 });
    expect(test.metrics.inFlight).toBe(0);
  });

  it('have their oldest connections closed when they take too many, and nobody else’s', async () => {
    const known = http2();
    const ask = async () => {
      const { headers, body } = await toSecretsManager('ListSecrets');
      const { host: _, ...rest } = headers;
      const stream = known.request({ ':method': 'POST', ':path': '/', ':authority': 'gateway.test', ...rest });
      stream.end(body);
      let text = '';
      for await (const chunk of stream.setEncoding('utf8')) text += chunk;
      return text;
    };
    expect(await ask()).toBe('{}');
    const socket = await tls();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write('POST / HTTP/1.1\r\n');
    const many = Array.from({ length: HTTP.strangerConnections }, () => {
      const one = connectTcp(test.servers.secure.port, '127.0.0.1');
      one.on('error', () => undefined);
      open.push(one);
      return one;
    });
    await Promise.all(many.map((one) => new Promise((resolve) => one.once('connect', resolve))));
    await closed;
    expect(await ask()).toBe('{}');
    expect(await callBy(SIGNER)).toMatchObject({ status: 200 });
  });

  it('send no body where nothing can be asked without a signature', async () => {
    const socket = await tls();
    const head = [
      'POST / HTTP/1.1',
      'host: a',
      'content-type: application/x-amz-json-1.1',
      'x-amz-target: secretsmanager.ListSecrets',
    ];
    socket.write([...head, 'content-length: 1000000', '', ''].join('\r\n'));
    const answer = await new Promise<string>((resolve) => socket.once('data', (chunk: Buffer) => resolve(chunk.toString())));
    expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*MissingAuthenticationTokenException/);
  });

  it('send no more than a call without a signature needs', async () => {
    test.answer = async () => ({ subjectFromWebIdentityToken: 'ada' });
    const padded = `${TOKEN_CALL}&X=${'x'.repeat(60_000)}`;
    const head = FORM.filter((line) => line !== 'host: a');
    expect(await exchange(head, padded)).toMatchObject({ status: 200 });
    const answer = await exchange(head, `${padded}${'x'.repeat(10_000)}`);
    expect(answer).toMatchObject({ status: 413, body: expect.stringContaining('<Code>RequestEntityTooLarge</Code>') });
    const chunked = await tls();
    chunked.write([...FORM, 'transfer-encoding: chunked', '', ''].join('\r\n'));
    chunked.on('error', () => undefined);
    const text = textOf(chunked);
    const chunk = `4000\r\n${'x'.repeat(0x4000)}\r\n`;
    for (let count = 0; count < 5; count++) chunked.write(chunk);
    expect(await text).toMatch(/^HTTP\/1\.1 413 [^]*<Code>RequestEntityTooLarge/);
  });

  it('have calls of their own: who signs is served when they have taken all', async () => {
    let asked = 0;
    const waiting: (() => void)[] = [];
    test.answer = (target) =>
      target !== 'tokens' ? Promise.resolve({}) : new Promise<Fields>((resolve) => (asked++, waiting.push(() => resolve({}))));
    const head = FORM.filter((line) => line !== 'host: a');
    const calls = Array.from({ length: HTTP.unsignedCallsOfAddress + 10 }, () => exchange(head, TOKEN_CALL));
    const refused = await Promise.race(calls);
    expect(refused).toMatchObject({ status: 400, body: expect.stringContaining('<Code>Throttling</Code>') });
    expect(await callBy(SIGNER)).toMatchObject({ status: 200 });
    for (const finish of waiting) finish();
    const statuses = (await Promise.all(calls)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(asked);
    expect(asked).toBe(HTTP.unsignedCallsOfAddress);
  });
});

it('leaves an account its places when another takes all that it may', async () => {
  const waiting: (() => void)[] = [];
  test.answer = (...[, , , { onBehalfOf }]) =>
    onBehalfOf.credentialId.includes('NEIGHBOUR')
      ? new Promise<Fields>((resolve) => waiting.push(() => resolve({})))
      : Promise.resolve({});
  const { headers, body } = await toSecretsManager('ListSecrets', '{}', {}, NEIGHBOUR);
  const { host: _, ...rest } = headers;
  const sessions = Array.from({ length: HTTP.calls / HTTP.streams + 1 }, () => http2());
  const codes = sessions.flatMap((session) =>
    Array.from({ length: HTTP.streams }, () => {
      const stream = session.request({ ':method': 'POST', ':path': '/', ':authority': 'gateway.test', ...rest });
      stream.end(body);
      return new Promise<unknown>((resolve) => stream.on('response', (answer) => resolve(answer['x-amzn-errortype'])).resume());
    }),
  );
  expect(await Promise.race(codes)).toBe('ThrottlingException');
  expect(await callBy(SIGNER)).toMatchObject({ status: 200 });
  expect(test.metrics.inFlight).toBe(HTTP.calls);
  for (const finish of waiting) finish();
  const told = await Promise.all(codes);
  expect(told.filter((code) => code === undefined)).toHaveLength(HTTP.calls);
});

describe('time', () => {
  beforeEach(async () => {
    await test.stop();
    test = await TestGateway.start({ headers: 2_000, request: 60_000, idle: 60_000 });
  });

  it('is short for whoever has not asked for anything, over HTTP/2 as well', async () => {
    const request = await toSecretsManager('ListSecrets');
    const silent = await tls({ ALPNProtocols: ['h2'] });
    const second = await tls();
    const closed = [silent, second].map(textOf);
    const head = ['POST / HTTP/1.1', ...linesOf(request), 'host: gateway.test', 'content-length: 2', '', '{}'].join('\r\n');
    // The second request of a connection gets no more time for its headers than the first.
    second.write(`${head}POST / HTTP/1.1\r\nhost: a\r\n`);
    const [, answers] = await Promise.all(closed);
    expect(answers).toMatch(/^HTTP\/1\.1 200 [^]*(?:HTTP\/1\.1 408|$)/);
  });

  it('is short for TLS', async () => {
    const socket = connectTcp(test.servers.secure.port, '127.0.0.1');
    open.push(socket);
    await textOf(socket);
    expect(test.log.join('\n')).toContain('ERR_TLS_HANDSHAKE_TIMEOUT');
  });
});

describe('a body over HTTP/2 that is larger than it may be', () => {
  /** Never ended, so that only the server can end the stream. Resolves with its outcome. */
  const pour = (session: ClientHttp2Session, headers: Record<string, string>, chunks: number) =>
    new Promise<string>((resolve) => {
      const stream = session.request({ ':method': 'POST', ':path': '/', ...headers }, { endStream: false });
      let said = '';
      stream.on('error', (error: Error) => (said += ` ${error.message}`));
      stream.on('response', ({ ':status': status }) => (said += `${status}`));
      stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
      stream.on('end', () => (said += ' end'));
      stream.on('close', () => resolve(`${said} ${stream.rstCode}`));
      const more = (left: number): void => {
        if (left > 0 && !stream.destroyed) stream.write(Buffer.alloc(0x10000, 'x'), () => setImmediate(more, left - 1));
      };
      more(chunks);
    });

  it('is answered, and its stream ended, however much the client still sends', async () => {
    // Node's client does not give back the window that it counted for streams that were reset. With its 10 MB it would soon
    // refuse its own streams.
    const session = http2(1_000);
    const form = { 'content-type': FORM[2]!.slice(14) };
    const { headers } = await toSecretsManager('ListSecrets');
    const { host: _, ...rest } = headers;
    for (let round = 0; round < 30; round++) {
      const told = await Promise.all([
        pour(session, form, 40),
        pour(session, { ...form, 'content-length': '10000000' }, 40),
        pour(session, { ':authority': 'gateway.test', ...rest }, 40),
        pour(session, form, 2),
      ]);
      for (const one of told) expect(one).toMatch(/^413.*RequestEntityTooLarge.* end 0$/);
    }
  });
});

describe('headers', () => {
  it('are refused when there are more than can be looked at, and not left out', async () => {
    const many = Array.from({ length: 2_500 }, () => 'a:');
    const answer = await exchange(['POST / HTTP/1.1', ...many]);
    expect(answer).toMatchObject({ status: 400, body: expect.stringContaining('at most 100 headers') });
  });
});

describe('a client that does not get through TLS', () => {
  it('is counted, and logged with the reason', async () => {
    await expect(tls({ maxVersion: 'TLSv1.1', minVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' })).rejects.toThrow();
    const plain = connectTcp(test.servers.secure.port, '127.0.0.1');
    open.push(plain);
    plain.write('GET / HTTP/1.1\r\n\r\n');
    await textOf(plain);
    const counted = await test.metrics.registry.metrics();
    for (const reason of ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'ERR_SSL_HTTP_REQUEST']) {
      expect(counted).toContain(`strongroom_tls_handshake_failures_total{reason="${reason}",service="aws-gateway"} 1`);
    }
    const [line] = test.log.map((text) => JSON.parse(text) as object);
    expect(line).toEqual({ message: 'a TLS handshake failed', peer: '127.0.0.1', code: 'ERR_SSL_UNSUPPORTED_PROTOCOL' });
  });
});

describe('a client of gRPC', () => {
  it('is told in its own protocol what is spoken here, before it has sent anything', async () => {
    const stream = http2().request(
      {
        ':method': 'POST',
        ':path': '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
        'content-type': 'application/grpc',
        te: 'trailers',
      },
      { endStream: false },
    );
    const [headers, flags] = await new Promise<[Record<string, unknown>, number]>((resolve) =>
      stream.once('response', (...response) => resolve(response)),
    );
    // gRPC clients accept a status in headers only if nothing follows them.
    expect(flags & constants.NGHTTP2_FLAG_END_STREAM).not.toBe(0);
    expect(headers).toMatchObject({ ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '9' });
    expect(decodeURIComponent(headers['grpc-message'] as string)).toBe(GRPC_HINT);
    stream.close(constants.NGHTTP2_CANCEL);
  });
});

describe('what is turned away', () => {
  it('is told in the protocol that was spoken', async () => {
    const large = 'x'.repeat(HTTP.bodyBytes + 1);
    const json = await toSecretsManager('ListSecrets', large);
    expect(await exchange(['POST / HTTP/1.1', ...linesOf(json)], large)).toMatchObject({
      status: 413,
      body: `{"__type":"RequestEntityTooLargeException","Message":"A request has at most ${HTTP.bodyBytes} bytes."}`,
    });
    const query = await exchange(FORM.slice(0, 1).concat(FORM.slice(2)), large);
    expect(query.body).toMatch(/^<ErrorResponse><Error><Type>Sender<\/Type><Code>RequestEntityTooLarge<\/Code>/);
  });

  it('is in the log only so often', async () => {
    for (let count = 0; count < 40; count++) await exchange(['POST /nothing HTTP/1.1']);
    expect(test.log.length).toBeLessThan(40);
  });
});
