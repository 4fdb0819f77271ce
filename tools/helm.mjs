// `npm run helm`: checks the chart in docker/helm with helm and kubeconform, which it installs into dist/helm: the programs by Go,
// the schemas of Kubernetes from the Python package that has them.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installDataServices } from './bootstrap/data-services.mjs';
import { preparePackages } from './bootstrap/prepare.mjs';
import { Failure, run, step } from './bootstrap/terminal.mjs';

process.chdir(resolve(dirname(fileURLToPath(import.meta.url)), '..'));

const programs = {
  helm: 'helm.sh/helm/v3/cmd/helm@v3.22.0',
  kubeconform: 'github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0',
};
const schemaPackage = 'kubernetes-validate==1.37.0';
/** The oldest version of Kubernetes that the chart is for, and the newest that the package knows. */
const kubernetes = ['1.27.0', '1.37.0'];

const bin = resolve('dist/helm/bin');
const schemas = resolve('dist/helm/schemas');

const installPrograms = async () => {
  for (const [name, module] of Object.entries(programs)) {
    if (existsSync(join(bin, name))) continue;
    // Helm is large: this takes minutes of the processor.
    await step(`Building ${name}`, (detail) =>
      run('go', ['install', module], { detail, env: { ...process.env, GOBIN: bin } }).catch((error) => {
        throw new Failure(`${name} is built by Go, from https://go.dev/dl: ${error.message}`);
      }),
    );
  }
};

const installSchemas = async () => {
  if (existsSync(schemas)) return;
  const folder = mkdtempSync(join(tmpdir(), 'strongroom-schemas-'));
  try {
    await step('Getting the schemas of Kubernetes', async (detail) => {
      await run('python3', ['-m', 'pip', 'download', '--no-deps', '--quiet', '--dest', folder, schemaPackage], { detail });
      const [wheel] = readdirSync(folder);
      await run('python3', ['-m', 'zipfile', '-e', join(folder, wheel), folder], { detail });
    });
    for (const version of kubernetes)
      takeSchemas(join(folder, `kubernetes_validate/kubernetes-json-schema/v${version}-local-strict`), version);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** They name each other by where they are on a server; here they lie side by side. */
const takeSchemas = (from, version) => {
  const to = join(schemas, version);
  mkdirSync(to, { recursive: true });
  for (const file of readdirSync(from)) {
    const text = readFileSync(join(from, file), 'utf8').replaceAll('"/api/_definitions.json', '"_definitions.json');
    const { $id: _, ...schema } = JSON.parse(text);
    writeFileSync(join(to, file), JSON.stringify(schema));
  }
};

try {
  await preparePackages();
  await installDataServices();
  await installPrograms();
  await installSchemas();
  const setup = 'apps/cluster-setup/src';
  const suites = readdirSync(setup).filter((name) => /^helm-.*spec\.ts$/.test(name));
  const files = ['tools/helm.spec.ts', ...suites.map((name) => `${setup}/${name}`)];
  const words = ['--config', 'tools/jest.config.cjs', '--selectProjects', 'unit', 'integration', '--runTestsByPath', ...files];
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  process.exitCode = spawnSync('node_modules/.bin/jest', words, { stdio: 'inherit', env }).status ?? 1;
} catch (error) {
  console.error(error instanceof Failure ? error.message : error);
  process.exitCode = 1;
}
