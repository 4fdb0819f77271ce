import { once } from 'node:events';
import { connect as connectHttp2 } from 'node:http2';
import { CONSOLE } from '@strongroom/bounds';
import { transformer } from '@strongroom/console-api';
import { consoleServices, type Method, type Service } from '@strongroom/methods';
import { resultOf, testConsole } from './server.testing';

const test = testConsole();

describe('too much', () => {
  it.each([
    [CONSOLE.strangerBodyBytes, false],
    [CONSOLE.bodyBytes, true],
  ])('of a body, over %i bytes, is refused before it is read', async (most, signedIn) => {
    const session = signedIn ? await test.signIn() : {};
    const headers = { ...test.pageHeaders, ...session, 'content-length': `${most + 1}` };
    const socket = await test.raw();
    socket.write(
      `POST /api/session.whoAmI HTTP/1.1\r\nhost: localhost:${test.port}\r\n${linesOf(headers)}\r\n\r\n{"json":"nothing more comes`,
    );
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString()).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
  });

  it('without a length is refused as well', async () => {
    const socket = await test.raw();
    const headers = linesOf({ ...test.pageHeaders, 'transfer-encoding': 'chunked' });
    socket.write(`POST /api/session.whoAmI HTTP/1.1\r\nhost: localhost:${test.port}\r\n${headers}\r\n\r\n`);
    const [head] = (await once(socket, 'data')) as [Buffer];
    expect(head.toString()).toMatch(/^HTTP\/1\.1 411 /);
    socket.destroy();
  });

  it('at a time from one session leaves the others their places', async () => {
    const [greedy, other] = [await test.signIn(), await test.signIn()];
    const waiting: (() => void)[] = [];
    test.answer = ({ options }) =>
      options.onBehalfOf.sourceIp === '198.51.100.1' ? new Promise((resolve) => waiting.push(() => resolve({}))) : {};
    const many = Array.from({ length: CONSOLE.callsOfSession + 3 }, () =>
      test.call('secrets.listSecrets', {}, { ...greedy, 'x-forwarded-for': '198.51.100.1' }),
    );
    const refused = await Promise.race(many);
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '1']);
    expect((await test.call('secrets.listSecrets', {}, other)).status).toBe(200);
    const settled = Promise.all(many);
    while (waiting.length < CONSOLE.callsOfSession) await new Promise((resolve) => setImmediate(resolve));
    for (const go of waiting) go();
    const statuses = (await settled).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(CONSOLE.callsOfSession);
  });

  it('too fast from strangers of one network must wait; another network need not', async () => {
    const from = (address: string) => test.call('session.whoAmI', undefined, { 'x-forwarded-for': address });
    const statuses = new Set<number>();
    for (let count = 0; count <= CONSOLE.strangerBurst; count++) statuses.add((await from('2001:db8::1')).status);
    expect(statuses).toEqual(new Set([200, 429]));
    expect((await from('2001:db8::2')).status).toBe(429);
    expect((await from('2001:db8:1::1')).status).toBe(200);
  });

  it('in one request is refused', async () => {
    const many = Array.from({ length: CONSOLE.batch + 1 }, () => 'session.whoAmI').join();
    expect((await test.call(`${many}?batch=1`, {})).status).toBe(400);
  });
});

const linesOf = (headers: Record<string, string>) =>
  Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\r\n');

describe('on the wire', () => {
  const exchange = async (text: string): Promise<string> => {
    const socket = await test.raw();
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
    socket.on('error', () => undefined);
    socket.write(text);
    const timer = setTimeout(() => socket.destroy(), 2_000);
    await once(socket, 'close');
    clearTimeout(timer);
    return answer;
  };
  const host = () => `host: localhost:${test.port}`;
  const smuggled = 'GET /smuggled HTTP/1.1\r\nhost: x\r\n\r\n';

  it.each([
    ['a length and chunks', 'content-length: 5\r\ntransfer-encoding: chunked'],
    ['two lengths', 'content-length: 5\r\ncontent-length: 6'],
    ['chunks, spelled otherwise', 'transfer-encoding: xchunked'],
    ['chunks, with a space', 'transfer-encoding : chunked'],
    ['a bare line feed', 'x: y\ntransfer-encoding: chunked'],
    ['a folded header', 'x: y\r\n z: chunked'],
  ])('no request hides in another one by %s', async (_what, headers) => {
    const answer = await exchange(`POST /api/session.whoAmI HTTP/1.1\r\n${host()}\r\n${headers}\r\n\r\n0\r\n\r\n${smuggled}`);
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });

  it('no WebSocket begins', async () => {
    const upgrade =
      'connection: Upgrade\r\nupgrade: websocket\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==';
    const answer = await exchange(
      `GET /api HTTP/1.1\r\n${host()}\r\norigin: https://evil.test\r\n${upgrade}\r\nconnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /);
  });

  it('headers end somewhere', async () => {
    expect(await exchange(`GET / HTTP/1.1\r\n${host()}\r\nx: ${'y'.repeat(CONSOLE.headerBytes)}\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 /,
    );
  });

  it('HTTP/2 has the same rules, and gRPC’s health', async () => {
    const session = connectHttp2(test.origin, { rejectUnauthorized: false });
    const ask = async (headers: Record<string, string>, body = '') => {
      const stream = session.request(headers, { endStream: false });
      stream.end(body);
      const [answered] = (await once(stream, 'response')) as [Record<string, unknown>];
      stream.resume();
      return answered;
    };
    expect(await ask({ ':method': 'GET', ':path': '/' })).toMatchObject({ ':status': 200 });
    expect(await ask({ ':method': 'GET', ':path': '/', ':authority': 'evil.test' })).toMatchObject({ ':status': 421 });
    const call = { ':method': 'POST', ':path': '/api/session.whoAmI' };
    expect(await ask(call, '{}')).toMatchObject({ ':status': 403 });
    expect(await ask({ ...call, ...test.pageHeaders, 'content-length': '2' }, '{}')).toMatchObject({ ':status': 200 });
    const health = {
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    };
    expect(await ask(health)).toMatchObject({ ':status': 200, 'content-type': 'application/grpc' });
    session.destroy();
  });
});

describe('odd inputs', () => {
  const procedures = Object.entries<Service>(consoleServices).flatMap(([service, { contract, methods }]) =>
    Object.entries(contract)
      .filter(([name, { requestStream, responseStream }]) => {
        const { callers, onBehalf }: Method = methods[name]!;
        return !requestStream && !responseStream && callers === 'authenticated' && onBehalf?.includes('console');
      })
      .map(([name]) => `${service}.${name}`),
  );
  const inputs: unknown[] = [null, 5, 'text', [], [{}], { surprise: 1 }, new Date(0), { toString: 'x' }];

  it('of any procedure are refused by name, and never reach a service', async () => {
    expect(procedures.length).toBeGreaterThan(200);
    const person = await test.signIn();
    // That every procedure reads its input so, a unit test shows.
    for (const [index, procedure] of procedures.filter((_name, place) => place % 10 === 0).entries()) {
      const input = inputs[1 + (index % (inputs.length - 1))];
      const answer = await test.call(procedure, input, { ...person });
      expect([procedure, answer.status]).toEqual([procedure, 400]);
      expect(resultOf(answer).problem).toMatchObject({ kind: 'invalid-argument', field: 'input' });
    }
    expect(test.asked).toEqual([]);
  });

  it('of whoever signs in are refused by name as well', async () => {
    for (const [procedure, input, field] of [
      ['session.signIn', {}, 'accountId'],
      ['session.signIn', { accountId: '000000000000', userName: ['a'], password: 'b' }, 'userName'],
      ['session.signIn', { accountId: '000000000000', userName: 'a', password: 'b'.repeat(129) }, 'password'],
      ['session.redeemLink', { token: {} }, 'token'],
      ['session.redeemLink', { token: 'x', more: 1 }, 'input'],
    ] as const) {
      const answer = await test.call(procedure, input);
      expect([procedure, answer.status, resultOf(answer).problem?.field]).toEqual([procedure, 400, field]);
    }
  });

  it.each([
    '',
    'null',
    '[]',
    '{"json":',
    '{"json":{"secretId":"a"},"meta":{"values":{"__proto__.polluted":["bigint"]}}}',
    '{"json":{"constructor":{"prototype":{"polluted":1}}}}',
    '{"json":{"secretId":"a"},"meta":{"values":{"constructor.prototype.polluted":["undefined"]}}}',
    '{"json":{"secretId":"a","versionId":"a"},"meta":{"referentialEqualities":{"secretId":["versionId"]}}}',
    '{"json":{"secretId":"x"},"meta":{"values":{"secretId":["regexp"]}}}',
    `{"json":${'['.repeat(20_000)}${']'.repeat(20_000)}}`,
  ])('pollute no prototype and break nothing: %#', async (body) => {
    const headers = { ...test.pageHeaders, ...(await test.signIn()), 'content-length': `${body.length}` };
    const answer = await test.send('POST', '/api/secrets.getSecretValue', { headers, body });
    expect(answer.status).toBe(400);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(test.asked).toEqual([]);
  });

  it('have no prototype of their own', async () => {
    const body = '{"json":{"secretId":"a","__proto__":{"versionId":"b","polluted":1}}}';
    const headers = { ...test.pageHeaders, ...(await test.signIn()), 'content-length': `${body.length}` };
    await test.send('POST', '/api/secrets.getSecretValue', { headers, body });
    expect(test.asked.every(({ request }) => request['versionId'] !== 'b')).toBe(true);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it('keep what is a key in a contract, though it is one of every object', async () => {
    const encryptionContext = Object.assign(Object.create(null) as object, { constructor: 'a', plain: 'b' });
    Object.defineProperty(encryptionContext, '__proto__', { value: 'c', enumerable: true });
    await test.call('keys.encrypt', { keyId: 'k', plaintext: new Uint8Array([1]), encryptionContext }, await test.signIn());
    const [{ request }] = test.asked as [(typeof test.asked)[0]];
    expect(Object.entries(request['encryptionContext']!)).toEqual(Object.entries(encryptionContext));
    expect(request['plaintext']).toEqual(Buffer.from([1]));
    expect(transformer.serialize(encryptionContext).json).toHaveLength(3);
  });
});
