import { lstatSync, readdirSync, readFileSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findFreePorts } from '@strongroom/local-cluster';
import { describeWith, SshServer, temporaryDirectory } from '@strongroom/testing';
import { utils } from 'ssh2';
import { FakeRotatingSecret } from '../shared/fake-rotating-secret.testing';
import { callOf, rotate, surviveEveryKillPoint, type KillPoint } from '../shared/kill-points.testing';
import { generateKeyPair } from './ssh-key-pair';
import { SshLoginRefused, type SshConnector } from './ssh-session';
import { sshKey, withSsh } from '../connectors.testing';

jest.setTimeout(60_000);

describeWith('sshd', 'on an OpenSSH server', () => {
  const directory = temporaryDirectory('rotation-ssh');
  let server: SshServer;
  let port: number;

  beforeAll(async () => {
    port = await findFreePorts(1);
    server = new SshServer({ directory: directory.path, port });
    await server.start();
  });
  afterAll(async () => {
    await server.stop();
    directory.remove();
  });

  const neighbour = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA neighbour@elsewhere';
  const keyFile = () => readFileSync(server.authorizedKeysFile, 'utf8');
  const writeKeys = (...lines: string[]) => writeFileSync(server.authorizedKeysFile, `${lines.join('\n')}\n`, { mode: 0o640 });

  const newSecret = (overrides: object = {}, options = '') => {
    const pair = generateKeyPair('app@host');
    writeKeys('# keys', neighbour, `${options}${pair.publicKey}`);
    return new FakeRotatingSecret().set('AWSCURRENT', {
      host: '127.0.0.1',
      port,
      username: server.username,
      privateKey: pair.privateKey,
      hostKey: server.hostKey,
      ...overrides,
    });
  };
  const logsIn = async (fields: Record<string, unknown>) => {
    const target = {
      host: '127.0.0.1',
      port,
      username: server.username,
      privateKey: String(fields.privateKey),
      hostKeys: [] as never[],
      of: 'the test',
    };
    const [type, blob] = server.hostKey.split(' ') as [string, string];
    try {
      await withSsh({ ...target, hostKeys: [{ type, blob }] }, new AbortController().signal, () => Promise.resolve());
      return true;
    } catch (error) {
      if (error instanceof SshLoginRefused) return false;
      throw error;
    }
  };

  it('adds the new key, logs in with it, and then takes out the old one', async () => {
    const options = 'from="127.0.0.1",no-agent-forwarding ';
    const secret = newSecret({}, options);
    const call = callOf(secret);
    await sshKey().createSecret(call);
    await sshKey().setSecret(call);
    await sshKey().testSecret(call);
    await sshKey().testCurrent(call);
    secret.finish();
    await sshKey().afterFinish!(call);
    await sshKey().testCurrent(call);
    const { publicKey, privateKey } = secret.fields('AWSCURRENT');
    expect(await logsIn(secret.fields('AWSPREVIOUS'))).toBe(false);
    const [type, blob] = String(publicKey).split(' ');
    expect(keyFile()).toBe(`# keys\n${neighbour}\n${options}${type} ${blob} app@host strongroom:fake-AbCdEf\n`);
    expect(type).toBe('ssh-ed25519');
    expect(utils.parseKey(String(privateKey))).toMatchObject({ comment: 'fake-AbCdEf' });
    expect(lstatSync(server.authorizedKeysFile).mode & 0o777).toBe(0o640);
    expect(readdirSync(dirname(server.authorizedKeysFile))).toEqual(['authorized_keys']);
  });

  it('takes out what an abandoned rotation left', async () => {
    const secret = newSecret();
    await sshKey().createSecret(callOf(secret));
    await sshKey().setSecret(callOf(secret));
    const abandoned = secret.fields('AWSPENDING');
    expect(await logsIn(abandoned)).toBe(true);
    secret.dropPending();
    await rotate(sshKey(), secret);
    expect(await logsIn(abandoned)).toBe(false);
    expect(keyFile().trim().split('\n')).toHaveLength(3);
  });

  it.each(['rsa', 'ecdsa'] as const)('replaces a key of type %s', async (type) => {
    const pair =
      type === 'rsa' ? utils.generateKeyPairSync('rsa', { bits: 2048 }) : utils.generateKeyPairSync('ecdsa', { bits: 256 });
    const secret = newSecret({ privateKey: pair.private });
    writeKeys(pair.public);
    await rotate(sshKey(), secret);
    expect(keyFile()).toMatch(/^ssh-ed25519 \S+ strongroom:fake-AbCdEf\n$/);
  });

  it('changes a key that is bound to a command by the login of another', async () => {
    const secret = newSecret({ masterarn: 'admin', authorizedKeysFile: server.authorizedKeysFile }, 'command="true" ');
    const admin = generateKeyPair('');
    writeKeys(admin.publicKey, keyFile().trim());
    secret.setMaster('admin', {
      host: '127.0.0.1',
      port,
      username: server.username,
      privateKey: admin.privateKey,
      hostKey: server.hostKey,
    });
    await rotate(sshKey(), secret);
    expect(keyFile()).toMatch(/\ncommand="true" ssh-ed25519 \S+ app@host strongroom:fake-AbCdEf\n$/);
  });

  it('survives being killed at every boundary', async () => {
    const survived = await surviveEveryKillPoint(() => {
      const secret = newSecret();
      return Promise.resolve({
        secret,
        functionWith: (killPoint?: KillPoint) => sshKey(killPoint && mortal(killPoint)),
        logsIn: (stage: 'AWSCURRENT' | 'AWSPENDING') => logsIn(secret.fields(stage)),
      });
    });
    // putPending, then twice (adding, taking out): removing a stale draft, making a new one, renaming it.
    expect(survived).toBe(11);
    expect(readdirSync(dirname(server.authorizedKeysFile))).toEqual(['authorized_keys']);
    expect(keyFile().trim().split('\n')).toHaveLength(3);
  });

  describe('fails, with nothing changed,', () => {
    const failsWith = async (secret: FakeRotatingSecret, message: string) => {
      const before = keyFile();
      const rotation = async () => {
        await sshKey().createSecret(callOf(secret));
        await sshKey().setSecret(callOf(secret));
      };
      await expect(rotation()).rejects.toThrow(message);
      expect(keyFile()).toBe(before);
      expect(readdirSync(dirname(server.authorizedKeysFile))).toEqual(['authorized_keys']);
    };

    it('for a host key that is not the known one', async () => {
      const other = generateKeyPair('').publicKey;
      await failsWith(newSecret({ hostKey: other }), '"host" and "port" of AWSCURRENT could not be opened');
      const rsa = utils.generateKeyPairSync('rsa', { bits: 2048 }).public;
      await failsWith(newSecret({ hostKey: rsa }), 'could not be opened, or it ended early');
    });

    it.each([
      ['hostKey', 'SHA256:abc', 'The field "hostKey" of AWSCURRENT must hold'],
      ['privateKey', 'hunter2', 'The field "privateKey" of AWSCURRENT must be a private key in OpenSSH or PEM form.'],
      [
        'privateKey',
        utils.generateKeyPairSync('ed25519', { passphrase: 'x', cipher: 'aes256-ctr', rounds: 1 }).private,
        'without a passphrase',
      ],
      ['privateKey', generateKeyPair('').publicKey, 'not a public one'],
      ['authorizedKeysFile', 'missing/authorized_keys', 'does not exist'],
    ])('for a %s that is wrong', async (field, value, message) => {
      await failsWith(newSecret({ [field]: value }), message);
    });

    it('for a key that the server does not take, or has from elsewhere', async () => {
      const secret = newSecret();
      writeKeys(neighbour);
      await failsWith(secret, 'does not accept the field "privateKey" of AWSCURRENT');
      const elsewhere = newSecret({ authorizedKeysFile: join(server.home, 'other') });
      writeFileSync(join(server.home, 'other'), `${neighbour}\n`);
      await failsWith(elsewhere, 'must name the file, by default .ssh/authorized_keys, that has the public key');
    });

    it('for a file that is a link', async () => {
      const link = join(server.home, 'link');
      symlinkSync(server.authorizedKeysFile, link);
      await failsWith(newSecret({ authorizedKeysFile: link }), 'must be a regular file, not a link');
      unlinkSync(link);
    });

    it('when somebody else writes the file at the same moment', async () => {
      const secret = newSecret();
      const meddling: SshConnector = (target, signal, work) =>
        withSsh(target, signal, (session) =>
          work({
            ...session,
            async create(...args) {
              await session.create(...args);
              writeKeys(neighbour, 'written meanwhile');
            },
          }),
        );
      await sshKey().createSecret(callOf(secret));
      await expect(sshKey(meddling).setSecret(callOf(secret))).rejects.toMatchObject({ kind: 'aborted' });
      expect(keyFile()).toBe(`${neighbour}\nwritten meanwhile\n`);
      expect(readdirSync(dirname(server.authorizedKeysFile))).toEqual(['authorized_keys']);
    });

    it('when nobody answers, or the step is over', async () => {
      await failsWith(newSecret({ port: 1 }), '"host" and "port" of AWSCURRENT could not be opened');
      await expect(sshKey().testCurrent(callOf(newSecret(), AbortSignal.abort()))).rejects.toMatchObject({ kind: 'cancelled' });
    });
  });
});

/** A connection on which changes of files are side effects that one can die of. */
const mortal =
  (killPoint: KillPoint): SshConnector =>
  (target, signal, work) =>
    withSsh(target, signal, (session) =>
      work({
        ...session,
        create: (...args) => killPoint.around(() => session.create(...args)),
        rename: (...args) => killPoint.around(() => session.rename(...args)),
        remove: (...args) => killPoint.around(() => session.remove(...args)),
      }),
    );
