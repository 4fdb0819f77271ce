import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isInstalled } from '@strongroom/local-cluster';
import { temporaryDirectory } from '@strongroom/testing';

const folder = temporaryDirectory('packages');
const repository = join(folder.path, 'repository');
const to = join(folder.path, 'unpacked');
afterAll(() => folder.remove());

/** A package with a program of the shell; returns its entry in the repository's list. */
const makePackage = (name: string, script: string, depends?: string): string => {
  const content = join(folder.path, name);
  const control = [
    `Package: ${name}`,
    'Version: 1.0',
    'Architecture: all',
    'Maintainer: nobody <nobody@example.com>',
    ...(depends ? [`Depends: ${depends}`] : []),
    `Description: ${name}`,
  ];
  for (const path of ['DEBIAN', 'usr/bin', 'usr/lib/any-linux-gnu/inner'])
    mkdirSync(join(content, path), { recursive: true, mode: 0o755 });
  writeFileSync(join(content, 'DEBIAN/control'), `${control.join('\n')}\n`);
  writeFileSync(join(content, 'usr/bin', name), `#!/bin/sh\n${script}\n`);
  chmodSync(join(content, 'usr/bin', name), 0o755);
  writeFileSync(join(content, 'usr/lib/any-linux-gnu/inner/libinner.so.1'), '');
  const file = join(repository, `${name}.deb`);
  execFileSync('dpkg-deb', ['--build', content, file], { stdio: 'ignore' });
  const bytes = readFileSync(file);
  const sum = createHash('sha256').update(bytes).digest('hex');
  return [...control, `Filename: ./${name}.deb`, `Size: ${bytes.length}`, `SHA256: ${sum}`].join('\n');
};

const unpack = (...packages: string[]): string => {
  const sources = join(folder.path, 'sources.list');
  writeFileSync(sources, `deb [trusted=yes] copy:${repository} ./\n`);
  const settings = [`Dir::Etc::SourceList=${sources}`, 'Dir::Etc::SourceParts=/dev/null'];
  const script = `import { unpack } from ${JSON.stringify(resolve('tools/bootstrap/debian-packages.mjs'))};
    await unpack(${JSON.stringify(packages)}, ${JSON.stringify({ to, settings })});`;
  return execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8', stdio: 'pipe' });
};

(isInstalled('apt-get') && isInstalled('dpkg-deb') ? describe : describe.skip)('packages that are not installed', () => {
  beforeAll(() => {
    mkdirSync(repository);
    const packages = [
      makePackage('strongroom-first', 'echo "first $*; $LD_LIBRARY_PATH"', 'strongroom-second'),
      makePackage('strongroom-second', 'strongroom-first from the second'),
    ];
    writeFileSync(join(repository, 'Packages'), `${packages.join('\n\n')}\n`);
  });

  it('are unpacked with what they need, and their programs find its libraries and each other', () => {
    unpack('strongroom-first');
    const said = execFileSync(join(to, 'bin/strongroom-second'), { encoding: 'utf8' });
    const libraries = join(to, 'root/usr/lib/any-linux-gnu');
    expect(said).toMatch(`first from the second; ${libraries}:${libraries}/inner`);
  });

  it('are refused with what apt says', () => {
    expect(() => unpack('strongroom-third')).toThrow(/Unable to locate package strongroom-third/);
  });
});
