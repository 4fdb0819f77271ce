import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RootKey } from '@strongroom/envelope';
import { systemRandom } from '@strongroom/random';
import { temporaryDirectory } from '@strongroom/testing';
import { encryptTo, ProviderIdentity } from './identity';
import { readIdentityFile } from './identity-file';

// age 1.3 and later knows the post-quantum recipients.
const command = 'age';
const version = (): string => {
  try {
    return execFileSync(command, ['--version'], { encoding: 'utf8' }).trim();
  } catch {
    return 'none';
  }
};
const isHere = /^v?(1\.([3-9]|\d\d)|[2-9])/.test(version());
if (!isHere) console.log(`skipped: age 1.3 or later is needed to try it on wraps; here is ${version()}`);

(isHere ? describe : describe.skip)('the age command', () => {
  const directory = temporaryDirectory('age-command');
  afterAll(() => directory.remove());
  const file = (name: string, content: string | Buffer) => {
    const path = join(directory.path, name);
    writeFileSync(path, content, { mode: 0o600 });
    return path;
  };

  it('opens the wrap of a root key with the identity of a provider', async () => {
    const identity = ProviderIdentity.generate(systemRandom);
    const rootKey = RootKey.generate(systemRandom);
    const wrap = file('wrap.age', await encryptTo(await identity.recipient(), rootKey.copyBytes()));
    const opened = execFileSync(command, ['-d', '-i', file('identity', `${await identity.text()}\n`), wrap]);
    expect(RootKey.fromBytes(opened).fingerprint).toBe(rootKey.fingerprint);
  });

  it('makes identities that a provider may have, and wraps that it opens', async () => {
    const path = file('made', execFileSync(`${command}-keygen`, ['-pq'], { stdio: ['ignore', 'pipe', 'ignore'] }));
    const { identity } = await readIdentityFile(path, 'FILE');
    const recipient = execFileSync(`${command}-keygen`, ['-y', path], { encoding: 'utf8' }).trim();
    expect(await identity.recipient()).toBe(recipient);
    const wrap = execFileSync(command, ['-r', recipient], { input: 'root key' });
    expect((await identity.decrypt(wrap)).toString()).toBe('root key');
  });
});
