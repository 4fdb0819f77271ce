// Debian's packages: installed on this machine by root, and by others unpacked in a folder of the project, which needs no rights.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run, step } from './terminal.mjs';

const folder = fileURLToPath(new URL('../../.strongroom-programs', import.meta.url));
/** Where packages are unpacked: what is below `/` elsewhere. */
export const unpackedRoot = join(folder, 'root');
/** Where the programs of unpacked packages are; also in libs/local-cluster/src/servers/binaries.ts. */
export const unpackedPrograms = join(folder, 'bin');

/** Whether packages are unpacked, not installed. */
export const isForProject = process.getuid?.() !== 0;

/** Installs packages, or unpacks them where this user may not install. @throws Failure with what apt has said */
export const installDebianPackages = (packages) => (isForProject ? unpack(packages) : install(packages));

/** Debian's PostgreSQL makes a cluster of its own when it is installed, unless it is told here not to; what is there stays as it is. */
const withoutPostgresCluster = () => {
  const configuration = '/etc/postgresql-common/createcluster.conf';
  if (existsSync(configuration)) return;
  mkdirSync(dirname(configuration), { recursive: true });
  writeFileSync(configuration, '# Written by Strongroom, which needs the programs alone.\ncreate_main_cluster = false\n');
};

const policy = '/usr/sbin/policy-rc.d';
const policyText = '#!/bin/sh\n# Written by Strongroom while apt installs: no package may start a system service.\nexit 101\n';

/** Keeps the packages that `work` installs from starting system services; a policy that already exists stays as it is. */
const withoutSystemServices = async (work) => {
  const ours = !existsSync(policy) || readFileSync(policy, 'utf8') === policyText;
  if (!ours) return work();
  const remove = () => rmSync(policy, { force: true });
  writeFileSync(policy, policyText, { mode: 0o755 });
  process.once('exit', remove);
  try {
    return await work();
  } finally {
    remove();
    process.off('exit', remove);
  }
};

const install = async (packages) => {
  const apt = (detail, ...args) =>
    run('apt-get', ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Dpkg::Options::=--force-confold', '-q', ...args], {
      detail,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  if (packages.includes('postgresql')) withoutPostgresCluster();
  await step('Updating the package lists', (detail) => apt(detail, 'update'));
  await step(`Installing ${packages.join(' and ')}`, (detail) =>
    withoutSystemServices(() => apt(detail, 'install', '-y', '--no-install-recommends', ...packages)),
  );
};

/**
 * Unpacks packages, with all that they need and this machine lacks, and makes a program of each of theirs.
 * @param settings more of apt's, as `name=value`
 */
export const unpack = async (packages, { to = folder, settings = [] } = {}) => {
  const files = join(to, 'apt');
  for (const name of ['state/lists/partial', 'cache/archives/partial']) mkdirSync(join(files, name), { recursive: true });
  // Lists and files of its own, which nobody else locks; what is installed is known from the machine's.
  const places = [`Dir::State=${files}/state`, 'Dir::State::status=/var/lib/dpkg/status', `Dir::Cache=${files}/cache`];
  const options = [...places, 'Debug::NoLocking=1', 'APT::Sandbox::User=', ...settings].flatMap((setting) => ['-o', setting]);
  const apt = (detail, ...args) => run('apt-get', [...options, '-q', ...args], { detail });
  try {
    await step('Fetching the package lists', (detail) => apt(detail, 'update'));
    await step(`Downloading ${packages.join(' and ')}`, (detail) =>
      apt(detail, 'install', '-y', '--no-install-recommends', '--download-only', ...packages),
    );
    await step(`Unpacking them in ${basename(to)}`, async (detail) => {
      const archives = join(files, 'cache/archives');
      for (const name of readdirSync(archives).filter((file) => file.endsWith('.deb'))) {
        detail(name);
        await run('dpkg-deb', ['--extract', join(archives, name), join(to, 'root')]);
      }
      writePrograms(to);
    });
  } finally {
    rmSync(files, { recursive: true, force: true });
  }
};

/** What programs are told beside their arguments, since they are not where they were built for. */
const more = { mariadbd: ' --basedir="$root/usr"', 'mariadb-install-db': ' --basedir="$root/usr"' };
/** A script of Debian's would start it at its usual place. */
const elsewhere = { chromium: 'usr/lib/chromium/chromium' };

/** Where a machine has none. */
const fonts = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir prefix="relative">root/usr/share/fonts</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
`;

/** The last step: what is here was unpacked whole. */
const writePrograms = (to) => {
  const root = join(to, 'root');
  const isFolder = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory();
  const list = (path) => (isFolder(path) ? readdirSync(join(root, path)).map((name) => `${path}/${name}`) : []);
  const postgres = list('usr/lib/postgresql').flatMap((version) => list(`${version}/bin`));
  const common = [...list('usr/lib'), ...list('lib')].filter((path) => path.endsWith('-linux-gnu'));
  // Some libraries have folders of their own, which those that use them know by their usual place.
  const isLibrary = (path) => /^lib.+\.so\b/.test(basename(path));
  const libraries = common.flatMap((path) => [path, ...list(path).filter((inner) => list(inner).some(isLibrary))]);
  writeFileSync(`${root}.fonts.conf`, fonts);
  mkdirSync(join(to, 'bin'), { recursive: true });
  for (const path of [...['usr/sbin', 'usr/bin', 'sbin', 'bin'].flatMap(list), ...postgres]) {
    // A link to what an installation would have made.
    if (!existsSync(join(root, path))) continue;
    const name = basename(path);
    const program = join(to, 'bin', name);
    writeFileSync(
      program,
      `#!/bin/sh
root=$(cd "\${0%/*}/../root" && pwd)
export LD_LIBRARY_PATH="${libraries.map((library) => `$root/${library}`).join(':')}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export PATH="$PATH:\${0%/*}"
[ -e /etc/fonts/fonts.conf ] || export FONTCONFIG_FILE="$root.fonts.conf"
exec "$root/${elsewhere[name] ?? path}" "$@"${more[name] ?? ''}
`,
    );
    chmodSync(program, 0o755);
  }
};
