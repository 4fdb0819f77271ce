// `node tools/strongroom.mjs start [--detach] [--high-availability] | stop | dev <service> | demo [--environment <file>] | bench [--quick] [--profile] [--only=<text>] [--seconds <n>] [--rate <n>] [--events <n>] | bench --shapes [--quick] | bench --against <url> [--request <file>] [--ca <file>] [--seconds <n>] | fuzz [--seed <text>] [--minutes <n>] [--count <n>] [--only <index>] [--rotations <n>] [--home <folder>] | faults [--seed <text>] [--count <n>] [--only=<text>] | picture | console-pictures [--home <folder>] [--only=<text>] [--path=<address>] [--to <folder>] | package [--to <folder>] | build | cli <arguments>`: plain Node, for it runs before any package is installed.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { prepareBuild, prepareCli, prepareCluster, preparePackages } from './bootstrap/prepare.mjs';
import { Failure } from './bootstrap/terminal.mjs';

// npm goes to the checkout's root, and tells where it was called from.
const calledFrom = process.env.INIT_CWD ?? process.cwd();
process.chdir(resolve(dirname(fileURLToPath(import.meta.url)), '..'));

const loadTool = async (entry) => (await import('./bootstrap/build.mjs')).loadTool(entry);
const bundleTool = async (entry) => (await import('./bootstrap/build.mjs')).bundleTool(entry);

const benchOptions = (flags) => {
  const text = { type: 'string' };
  const [quick, profile, shapes] = Array(3).fill({ type: 'boolean' });
  const options = { quick, profile, shapes, only: text, events: text };
  const ofAgainst = { against: text, request: text, ca: text, seconds: text, rate: text };
  try {
    return parseArgs({ args: flags, options: { ...options, ...ofAgainst } }).values;
  } catch (error) {
    throw new Failure(
      `npm run bench: ${error.message}. It knows --quick, --profile, --only=<text in a scenario's name> and --events=<n>, or ` +
        '--shapes [--quick], or --against <https URL> with --request <JSON file with method, headers, body>, --ca <PEM file> and --seconds <n>',
    );
  }
};

/** Where the service looks for it: beside its own folder. A page that is there from the start is no change. */
const watchThePage = async (file, onBuilt) => {
  const { watchPage } = await import('./watch-page.mjs');
  let stands = false;
  return watchPage('apps/console-web', resolve(dirname(file), '../console-web'), (isGood) => {
    if (stands || !isGood) onBuilt(isGood);
    stands = true;
  });
};

const commands = {
  async start(flags) {
    const known = ['--detach', '--high-availability'];
    const unknown = flags.find((flag) => !known.includes(flag));
    if (unknown) throw new Failure(`npm start does not know ${unknown}; it knows ${known.join(' and ')}`);
    const highAvailability = flags.includes('--high-availability');
    await prepareCluster({ highAvailability });
    const cluster = await loadTool('tools/cluster/cluster.ts');
    await (flags.includes('--detach')
      ? cluster.startDetached({ highAvailability })
      : cluster.startInForeground({ highAvailability }));
  },

  async stop() {
    if (!existsSync('node_modules/esbuild')) throw new Failure('nothing runs: no package is installed here yet');
    await (await loadTool('tools/cluster/cluster.ts')).stop();
  },

  async dev([name, ...more]) {
    // The console's service serves the console's page.
    const service = name === 'console-web' ? 'console' : name;
    if (!service || more.length || !existsSync(`apps/${service}/src/main.ts`)) {
      throw new Failure('usage: npm run dev -- <service>, such as secrets-api');
    }
    await prepareCluster();
    const { develop } = await loadTool('tools/dev/dev.ts');
    const { watchBundle } = await import('./bundling.mjs');
    await develop(service, async (file, onBuilt) => {
      const page = service === 'console' ? await watchThePage(file, onBuilt) : undefined;
      const program = await watchBundle(`apps/${service}/src/main.ts`, file, onBuilt);
      return { dispose: () => Promise.all([program.dispose(), page?.dispose()]) };
    });
  },

  async demo([flag, environmentFile, ...more]) {
    if (more.length || (flag && (flag !== '--environment' || !environmentFile))) {
      throw new Failure('usage: npm run demo [-- --environment <environment file of a running cluster>]');
    }
    await prepareCluster();
    const programs = {
      application: await bundleTool('tools/demo/application.ts'),
      busyApplication: await bundleTool('tools/demo/busy-application.ts'),
      environmentApplication: await bundleTool('tools/demo/environment-application.ts'),
      strongroom: resolve('dist/apps/cli/main.js'),
    };
    const { runDemo, runDemoOn } = await loadTool('tools/demo/demo.ts');
    if (environmentFile) return runDemoOn(environmentFile, programs);
    await runDemo(await (await loadTool('tools/cluster/cluster.ts')).startDetached({ quiet: true }), programs);
  },

  async bench(flags) {
    const options = benchOptions(flags);
    if (options.against !== undefined) {
      await prepareBuild();
      const { against: url, request: requestFile, ca: caFile, seconds } = options;
      const { runAgainst } = await loadTool('tools/bench/against.ts');
      return runAgainst({ url, requestFile, caFile, seconds: seconds && Number(seconds) });
    }
    const { quick, profile, only, shapes } = options;
    await prepareCluster({ highAvailability: shapes });
    if (shapes) return (await loadTool('tools/bench/shapes.ts')).compareShapes({ quick });
    const [seconds, rate, events] = [options.seconds, options.rate, options.events].map((text) => text && Number(text));
    await (await loadTool('tools/bench/bench.ts')).runBench({ quick, profile, only, seconds, rate, events });
  },

  async capacity(flags) {
    const defaults = { reads: 0, writes: 0, rotations: 0, secrets: 0, days: 90, cores: 16, busiest: 0.6 };
    const known = [...Object.keys(defaults), 'results'];
    const options = { ...defaults };
    for (let at = 0; at < flags.length; at += 2) {
      const [flag, value] = flags.slice(at, at + 2);
      const name = known.find((one) => flag === `--${one}`);
      const isGood = name === 'results' ? value : Number(value) >= 0 && (Number(value) > 0 || defaults[name] === 0);
      if (name === undefined || value === undefined || !isGood) {
        const list = known.map((one) => `--${one}`).join(', ');
        throw new Failure(`npm run capacity knows ${list}, each with a value; not ${flag} ${value ?? ''}`);
      }
      options[name] = name === 'results' ? resolve(calledFrom, value) : Number(value);
    }
    if (options.reads + options.writes + options.rotations === 0) {
      throw new Failure('npm run capacity needs --reads, --writes or --rotations a second, such as --reads 10000 --writes 100');
    }
    await preparePackages();
    console.log((await loadTool('tools/capacity/capacity.ts')).capacity(options));
  },

  async fuzz(flags) {
    const known = ['--seed', '--minutes', '--count', '--only', '--rotations', '--home'];
    const options = {};
    for (let at = 0; at < flags.length; at += 2) {
      const [flag, value] = flags.slice(at, at + 2);
      const isNumber = !['--seed', '--home'].includes(flag);
      if (!known.includes(flag) || value === undefined || (isNumber && !(Number(value) >= 0))) {
        throw new Failure(`npm run fuzz knows ${known.join(', ')}, each with a value; not ${flag} ${value ?? ''}`);
      }
      options[flag.slice(2)] = isNumber ? Number(value) : value;
    }
    await prepareCluster();
    if (!(await (await loadTool('tools/fuzz/fuzz.ts')).fuzz(options))) process.exitCode = 1;
  },

  async faults(flags) {
    const text = { type: 'string' };
    let options;
    try {
      options = parseArgs({ args: flags, options: { seed: text, count: text, only: text } }).values;
      if (options.count !== undefined && !/^[1-9]\d*$/.test(options.count))
        throw new Error(`--count: ${options.count} is no number`);
    } catch (error) {
      throw new Failure(
        `npm run faults: ${error.message}. It knows --seed <text>, --count <number of faults> and --only=<text in a kind of fault>`,
      );
    }
    await prepareCluster({ highAvailability: true });
    const { seed, count, only } = options;
    await bundleTool('tools/faults/later-secrets-api.ts');
    const { injectFaults } = await loadTool('tools/faults/faults-command.ts');
    if (!(await injectFaults({ seed, count: count && Number(count), only }))) process.exitCode = 1;
  },

  /** The picture of docs/cli.md, of a session with the cluster of this folder. */
  async picture() {
    await prepareCluster();
    const home = await (await loadTool('tools/cluster/cluster.ts')).startDetached({ quiet: true });
    (await loadTool('tools/picture/picture.ts')).drawSession(resolve(home, 'env'), 'dist/apps/cli/main.js');
  },

  /** Pictures of every page of the console, of the cluster of this folder or of another one that runs. */
  async 'console-pictures'(flags) {
    const text = { type: 'string' };
    let options;
    try {
      options = parseArgs({ args: flags, options: { home: text, only: text, path: text, to: text } }).values;
    } catch (error) {
      throw new Failure(
        `${error.message}. npm run pictures knows --home <folder of a running cluster>, --only=<text in addresses>, ` +
          '--path=<one address> and --to <folder>',
      );
    }
    const { home = process.env.STRONGROOM_HOME || '.strongroom', ...choice } = options;
    if (!existsSync(resolve(home, 'env'))) throw new Failure(`no cluster runs from ${home}: npm start, or --home <folder>`);
    await (await loadTool('tools/console-pictures/console-pictures.ts')).takeConsolePictures(home, choice);
  },

  async package([flag, folder = 'dist/packages', ...more]) {
    if (more.length || (flag && flag !== '--to')) throw new Failure('usage: npm run package [-- --to <folder>]');
    await preparePackages();
    const { packageClient } = await import('./package/package-client.mjs');
    console.log(`made ${await packageClient(folder)}`);
    await prepareCli();
    const { bundleApp } = await import('./bundling.mjs');
    await bundleApp('apps/strongroom-verify');
    const { packageCli, packageVerify } = await import('./package/package-cli.mjs');
    console.log(`made ${packageCli(folder)}`);
    console.log(`made ${packageVerify(folder)}`);
  },

  build: () => prepareBuild(),

  /** The command line of this checkout, in this process. */
  async cli(flags) {
    // Standard output is the command's own.
    console.log = console.error;
    const program = await prepareCli();
    process.chdir(calledFrom);
    process.argv = [process.execPath, program, ...flags];
    createRequire(import.meta.url)(program);
    await new Promise(() => {}); // The program ends the process.
  },
};

const [name, ...flags] = process.argv.slice(2);
try {
  const command = commands[name];
  if (!command) throw new Failure(`usage: node tools/strongroom.mjs ${Object.keys(commands).join(' | ')}`);
  await command(flags);
  // Clients of the cluster may keep sockets in their pools.
  process.exit(process.exitCode ?? 0);
} catch (error) {
  // What was explained needs no stack; the rest is a defect of ours.
  const explained = ({ name } = {}) => error instanceof Failure || name === 'ClusterError' || name === 'DemoError';
  console.error(`\n${explained(error) ? error.message : (error?.stack ?? error)}`);
  process.exit(1);
}
