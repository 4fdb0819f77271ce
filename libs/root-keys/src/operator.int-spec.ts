import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { connect as connectTo } from 'node:http2';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { eventually } from '@strongroom/testing';
import { MAX_ATTEMPTS } from './operator';
import { askService } from './operator-socket';
import { parseShare, printShare } from './shares';
import { TestService } from './service.testing';
import { newIdentity, RootKeyWorld } from './world.testing';

const PASSPHRASE = 'correct horse battery staple';
let world: RootKeyWorld;
let service: TestService;
let environment: string;
beforeAll(async () => {
  world = await RootKeyWorld.create();
  await world.migrate();
  service = await TestService.create(world);
  environment = await newIdentity();
});
afterAll(async () => {
  await service?.drop();
  await world?.drop();
});
beforeEach(async () => {
  await world.clear();
  service.recorder.events.length = 0;
});
afterEach(() => service.stop());

const events = () => service.recorder.events.map(({ eventName, requestParameters }) => ({ eventName, ...requestParameters }));
const isSealed = () => eventually('it waits', () => service.shell.isHealthy && !service.shell.isServing);

const metrics = () => service.shell.metrics.registry.metrics();

/** The bytes of grpc.health.v1's answer: 1 is SERVING, 2 is NOT_SERVING. */
const health = () =>
  new Promise<number>((resolve, reject) => {
    const session = connectTo(`https://127.0.0.1:${service.port}`, { rejectUnauthorized: false });
    session.on('error', reject);
    const stream = session.request({
      ':method': 'POST',
      ':path': '/grpc.health.v1.Health/Check',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    const received: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => received.push(chunk));
    stream.on('end', () => {
      session.close();
      resolve(Buffer.concat(received).at(-1)!);
    });
    stream.end(Buffer.alloc(5));
  });

describe('the socket', () => {
  it('is for the user of the service alone', async () => {
    await service.start({ environment });
    expect(statSync(service.socket).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(service.socket)).mode & 0o777).toBe(0o700);
  });

  it('takes the place of one whose process was killed, and of no other', async () => {
    await service.start({ environment });
    await expect(service.start({ environment })).rejects.toThrow('another process listens on');
    await service.stop();
    writeFileSync(service.socket, 'in the way');
    await expect(service.start({ environment })).rejects.toThrow('is in the way of the socket');
    const { rmSync } = await import('node:fs');
    rmSync(service.socket);
  });

  it('bounds what it takes, and outlives whatever is said to it', async () => {
    await service.start({ environment });
    const said = (bytes: Buffer) =>
      new Promise<string>((resolve) => {
        const socket = connect({ path: service.socket, allowHalfOpen: true });
        let answer = '';
        socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
        socket.on('error', () => undefined);
        socket.on('close', () => resolve(answer));
        socket.on('end', () => socket.destroy());
        socket.end(bytes);
      });
    expect(await said(Buffer.alloc(20_000, 65))).toContain('at most 16384 bytes');
    for (const odd of ['', '\n', '{}', 'null', '[]', '{"command":1}', '{"command":"enroll","kind":7}', '\u0000']) {
      expect(await said(Buffer.from(odd))).toMatch(/^\{"error":"[^"]+"\}$/);
    }
    for (const command of ['toString', 'constructor', 'nothing']) {
      await expect(askService(service.socket, { command })).rejects.toThrow('there is no such command');
    }
    expect((await service.command('status')).said).toMatch(/^open\n/);
  });

  it('is asked in vain where the service is not', async () => {
    expect((await service.command('status')).failed).toMatch(/^the service does not answer on .* \(ENOENT\)/);
    expect((await service.command('nonsense')).failed).toMatch(/^usage: node main.js root-key <command>/);
  });
});

describe('a passphrase', () => {
  it('opens a service that waits sealed, which serves then with the same root key', async () => {
    const before = (await service.start({ environment })).fingerprint;
    expect((await service.command('enroll passphrase words', PASSPHRASE)).said).toBe("enrolled 'words'\n");
    await service.stop();

    const started = service.start({});
    await isSealed();
    expect(await health()).toBe(2);
    expect(await metrics()).toMatch(/^strongroom_root_key_sealed\{.*\} 1$/m);
    const status = (await service.command('status')).said;
    expect(status).toMatch(/^sealed\n/);
    expect(status).toContain('does not open: STRONGROOM_ROOT_KEY is not set');
    expect((await service.command('rotate')).failed).toBe('the service is sealed: open it first\n');
    expect((await service.command('unseal passphrase', 'correct horse battery stable')).failed).toBe('the passphrase is wrong\n');
    expect((await service.command('unseal passphrase', PASSPHRASE)).said).toBe('the service is open\n');
    expect((await started).fingerprint).toBe(before);
    expect(service.shell.isServing).toBe(true);
    expect(await metrics()).toMatch(/^strongroom_root_key_sealed\{.*\} 0$/m);
    expect((await service.command('unseal passphrase', PASSPHRASE)).failed).toBe('the service is open already\n');
    expect(events()).toEqual([
      { eventName: 'EnrollRootKeyProvider', provider: 'words', kind: 'passphrase' },
      { eventName: 'UnsealRootKey', provider: 'words', kind: 'passphrase' },
    ]);
    expect(JSON.stringify(service.recorder.events)).not.toContain(PASSPHRASE);
  });

  it('is not a short one', async () => {
    await service.start({ environment });
    expect((await service.command('enroll passphrase words', 'horse battery')).failed).toMatch(/at least 15 characters/);
    expect((await service.command('enroll passphrase words')).failed).toMatch(/nothing was entered/);
    expect(await world.store().providers()).toHaveLength(1);
  });

  it('is waited for where the operator wants it so, though a provider would open', async () => {
    await service.start({ environment });
    await service.command('enroll passphrase words', PASSPHRASE);
    await service.stop();
    const started = service.start({ environment, startSealed: true });
    await isSealed();
    await service.command('unseal passphrase words', PASSPHRASE);
    await started;
  });

  it('cannot be waited for without a socket', async () => {
    await service.start({ environment });
    await service.command('enroll passphrase words', PASSPHRASE);
    await service.stop();
    await expect(service.start({ socket: undefined })).rejects.toThrow('STRONGROOM_ROOT_KEY_SOCKET is not set');
  });
});

describe('a quorum', () => {
  it('opens a service when enough have come, one after another', async () => {
    const before = (await service.start({ environment })).fingerprint;
    const { said, failed } = await service.command('enroll quorum board 3 5');
    const shares = said.trim().split('\n');
    expect(failed).toContain('any 3 of these 5 lines open it');
    expect(shares).toHaveLength(5);
    const other = (await service.command('enroll quorum other 2 2')).said.trim().split('\n');
    await service.command('remove other');
    await service.stop();

    const started = service.start({});
    await isSealed();
    const set = parseShare(Buffer.from(shares[0]!)).set;
    const bring = (...lines: string[]) => service.command('unseal share', ...lines);
    expect((await bring(shares[4]!)).said).toBe(`1 of 3 shares of ${set}\n`);
    expect((await bring(shares[4]!)).said).toBe(`1 of 3 shares of ${set}\n`);
    expect((await bring(other[0]!)).failed).toMatch(
      new RegExp(`^this is a share of other\\..*; this service takes those of ${set}`),
    );
    expect((await bring(`${shares[0]!.slice(0, -1)}${shares[0]!.endsWith('0') ? '1' : '0'}`)).failed).toContain('is mistyped');
    expect((await service.command('status')).said).toContain('1 of 3 shares');
    expect((await bring(shares[1]!, shares[2]!)).said).toBe(`2 of 3 shares of ${set}\nthe service is open\n`);
    expect((await started).fingerprint).toBe(before);
  });

  it('refuses shares that do not fit together, and begins again', async () => {
    await service.start({ environment });
    const shares = (await service.command('enroll quorum board 2 3')).said.trim().split('\n');
    await service.stop();
    const started = service.start({});
    await isSealed();
    const forged = { ...parseShare(Buffer.from(shares[0]!)) };
    forged.bytes = Buffer.from(forged.bytes);
    forged.bytes[0]! ^= 1;
    expect((await service.command('unseal share', printShare(forged), shares[1]!)).failed).toBe("this does not open 'board'\n");
    expect((await service.command('unseal share', shares[0]!, shares[1]!)).said).toContain('the service is open');
    await started;
  });

  it('gives few attempts a minute to those who try', async () => {
    await service.start({ environment });
    const shares = (await service.command('enroll quorum board 2 3')).said.trim().split('\n');
    await service.stop();
    const started = service.start({});
    await isSealed();
    for (let i = 0; i < MAX_ATTEMPTS; i++) {
      expect((await service.command('unseal share', 'strongroom-share x')).failed).toContain('this is no share');
    }
    expect((await service.command('unseal share', shares[0]!)).failed).toBe('too many attempts failed: try again in a minute\n');
    service.clock.advance(60_000);
    expect((await service.command('unseal share', shares[0]!, shares[1]!)).said).toContain('the service is open');
    await started;
  });
});

describe('a file', () => {
  it('is enrolled, opens, and takes the place of the first provider', async () => {
    const before = (await service.start({ environment })).fingerprint;
    const path = join(service.directory.path, 'second');
    writeFileSync(path, (await service.command('new-identity')).said, { mode: 0o644 });
    expect((await service.command(`enroll file second ${path}`)).failed).toContain('must have mode 0600');
    writeFileSync(`${path}.key`, readFileSync(path), { mode: 0o600 });
    expect((await service.command(`enroll file second ${path}.key`)).said).toBe("enrolled 'second'\n");
    expect((await service.command(`enroll file second ${path}.key`)).failed).toBe("there is a provider 'second' already\n");
    expect((await service.command('remove environment')).said).toContain("removed 'environment'");
    expect((await service.command('remove second')).failed).toContain("'second' is the only provider");
    await service.stop();
    expect((await service.start({})).fingerprint).toBe(before);
  });
});

describe('a rotation', () => {
  it('is begun by a command, and its progress is to be seen', async () => {
    const rootKeys = await service.start({ environment });
    const before = rootKeys.fingerprint;
    await world.seal(rootKeys, 1, 2, 3);
    const { said } = await service.command('rotate');
    const next = /[0-9a-f]{32}/.exec(said)![0];
    expect((await service.command('status')).said).toContain('rotation: the new root key is not in use yet');
    expect((await service.command('rotate')).failed).toBe('a rotation is under way\n');
    await world.due();
    await eventually('the old one retires', async () => {
      await world.due();
      return (await world.states())[0] === 'retired';
    });
    expect((await service.command('status')).said).toMatch(new RegExp(`${before}  retired.*\n  ${next}  current`));
    expect(rootKeys.fingerprint).toBe(next);
    expect(events()).toEqual([{ eventName: 'RotateRootKey' }, { eventName: 'RetireRootKey', fingerprint: before }]);
  });
});

it('prints an identity for the age command, from a passphrase or shares', async () => {
  await service.start({ environment });
  await service.command('enroll passphrase words', PASSPHRASE);
  const shares = (await service.command('enroll quorum board 2 3')).said.trim().split('\n');
  expect((await service.command('identity passphrase words', PASSPHRASE)).said).toMatch(/^AGE-SECRET-KEY-PQ-1/);
  expect((await service.command('identity shares', shares[2]!, shares[0]!)).said).toMatch(/^AGE-SECRET-KEY-PQ-1/);
});
