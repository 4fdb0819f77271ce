import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { temporaryDirectory } from '@strongroom/testing';
import { ConfigFile, configDirectory } from './config-file';
import type { Profile } from './profile';

const directory = temporaryDirectory('config-file');
afterAll(() => directory.remove());

const config = ConfigFile.of({ XDG_CONFIG_HOME: directory.path });
const profile: Profile = { addresses: { identity: 'here:1', secrets: 'here:2' }, caFile: '/ca.pem', signIn: { method: 'token' } };
const write = (text: string) => {
  mkdirSync(config.directory, { recursive: true });
  writeFileSync(config.path, text);
};
beforeEach(() => rmSync(config.directory, { recursive: true, force: true }));

it.each([
  [{ XDG_CONFIG_HOME: '/x', HOME: '/home/ada' }, '/x/strongroom'],
  [{ XDG_CONFIG_HOME: 'relative', HOME: '/home/ada' }, '/home/ada/.config/strongroom'],
  [{ HOME: '/home/ada' }, '/home/ada/.config/strongroom'],
])('of %j is in %s', (env, path) => {
  expect(configDirectory(env)).toBe(path);
});

it('keeps profiles; the first is the default until another one is', async () => {
  expect(await config.read()).toEqual({ profiles: {} });
  await config.put('work', profile);
  await config.put('play', { ...profile, region: 'eu' });
  expect(await config.read()).toEqual({ default: 'work', profiles: { work: profile, play: { ...profile, region: 'eu' } } });
  await config.setDefault('play');
  await config.remove('work');
  expect(await config.read()).toEqual({ default: 'play', profiles: { play: { ...profile, region: 'eu' } } });
  await config.remove('play');
  expect(await config.read()).toEqual({ profiles: {} });
});

it('is YAML that people can read, and leaves what they wrote', async () => {
  write('# mine\nprofiles:\n  work: # the one in the cellar\n    addresses: { identity: "here:1" }\n    caFile: /ca.pem\n');
  await config.put('play', profile);
  const text = readFileSync(config.path, 'utf8');
  expect(text).toContain('# mine\n');
  expect(text).toContain('# the one in the cellar\n');
  expect(text).toContain('  play:\n    addresses:\n      identity: here:1\n');
});

it.each([
  ['profiles:\n  work:\n    caFile: /ca.pem\n', 'profiles.work.addresses: '],
  [
    'profiles:\n  work:\n    addresses: { secrets: here }\n    caFile: /ca.pem\n',
    'profiles.work.addresses.secrets: must be host:port',
  ],
  ['profiles:\n  work:\n    addresses: {}\n', 'profiles.work: must have one of ca and caFile'],
  ['profiles:\n  work:\n    addresses: {}\n    caFile: /ca\n    token: x\n', 'profiles.work: '],
  ['profiles:\n  ../x:\n    addresses: {}\n    caFile: /ca\n', 'profiles.../x: '],
  ['profiles: [', 'is not valid YAML'],
  ['- 1\n', 'the file: '],
])('refuses %j by name', async (text, problem) => {
  write(text);
  await expect(config.read()).rejects.toMatchObject({ message: expect.stringContaining(problem), exitCode: 2 });
});

it('says which profiles there are', async () => {
  await expect(config.profile('work')).rejects.toMatchObject({ hint: 'Make one with `strongroom login`.' });
  await config.put('play', profile);
  await expect(config.profile('constructor')).rejects.toMatchObject({ hint: 'There are: play.' });
  await expect(config.put('../play', profile)).rejects.toThrow('--profile: must be 1 to 64 letters');
});
