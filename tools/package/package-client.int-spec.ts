import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { GetSecretValueResponse, type WatchSecretsRequest } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { resourceNotFound } from '@strongroom/errors';
import type { CallContext } from '@strongroom/grpc-kit';
import { temporaryDirectory } from '@strongroom/testing';
import { TestServer } from '../../libs/client/src/testing/test-server';

const root = resolve(__dirname, '../..');
/** An empty project elsewhere, whose owner knows nothing of this repository. */
const project = temporaryDirectory('stranger');
const installed = join(project.path, 'node_modules/@strongroom/client');
const inPackage = (file: string) => readFileSync(join(installed, file), 'utf8');

interface Manifest {
  name: string;
  version: string;
  dependencies: Record<string, string>;
  exports: Record<string, Record<'import' | 'require', Record<'types' | 'default', string>>>;
}
const manifest = () => JSON.parse(inPackage('package.json')) as Manifest;

/** Resolves with what the program printed; rejects with that and its errors. */
const run = async (
  program: string,
  args: string[],
  { cwd = project.path, env = {} }: { cwd?: string; env?: Record<string, string> } = {},
) => {
  // A program of a stranger: nothing of this run is in its environment.
  const { PATH, HOME, TMPDIR } = process.env;
  try {
    const { stdout } = await promisify(execFile)(program, args, { cwd, env: { PATH, HOME, TMPDIR, ...env }, timeout: 120_000 });
    return stdout;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${[program, ...args].join(' ')}\n${stdout}\n${stderr}`);
  }
};
const write = (file: string, text: string) => {
  writeFileSync(join(project.path, file), text);
  return file;
};

/** What npm does without a registry: unpacks, and puts there what the package says that it needs, and nothing else. */
const install = async (tarball: string) => {
  mkdirSync(installed, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', installed, '--strip-components=1']);
  // Types of Node are what every project with types for Node has.
  for (const name of [...Object.keys(manifest().dependencies), '@types/node']) {
    const link = join(project.path, 'node_modules', name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(root, 'node_modules', name), link);
  }
};

let server: TestServer;
let env: Record<string, string>;
// Compilers take their time where the machine does other work beside.
jest.setTimeout(120_000);

beforeAll(async () => {
  const pack = `import { packageClient } from './tools/package/package-client.mjs';
    console.log(await packageClient(process.argv[1]));`;
  const destination = join(project.path, 'packed');
  const [tarball, started] = await Promise.all([
    run('node', ['--input-type=module', '--eval', pack, destination], { cwd: root }),
    TestServer.start(),
  ]);
  await install(tarball.trim());
  server = started;
  const { caFile, certFile, keyFile } = await server.pki.issueFiles({ uri: 'spiffe://strongroom.local/user/stranger' });
  env = {
    STRONGROOM_SECRETS_API_ADDRESS: server.address,
    STRONGROOM_TLS_CA_FILE: caFile,
    STRONGROOM_TLS_CERT_FILE: certFile,
    STRONGROOM_TLS_KEY_FILE: keyFile,
  };
  server.behaviour['getSecretValue'] = ({ secretId }: { secretId: string }, { caller }) => {
    if (secretId === 'missing') throw resourceNotFound('there is no such secret');
    const value = { value: { $case: 'secretString' as const, value: `for ${caller.name}` } };
    return GetSecretValueResponse.fromPartial({ name: secretId, versionId: 'v1', versionStages: ['AWSCURRENT'], value });
  };
  async function* watchSecrets(requests: AsyncIterable<WatchSecretsRequest>, { signal }: CallContext) {
    for await (const { add } of requests) {
      yield { notices: [], ready: add.map(({ id }) => ({ watchId: id, complete: true })) };
      if (add.length > 0) await new Promise((resolve) => signal.addEventListener('abort', resolve));
    }
  }
  server.behaviour['watchSecrets'] = watchSecrets as never;
});
afterAll(async () => {
  await server?.stop();
  project.remove();
});

/** Reads a secret by call and by cache, and fails to read another one. */
const program = `
  const strongroom = StrongroomClient.fromEnvironment({ name: 'stranger' });
  const cache = new SecretCache(strongroom);
  const { secretString } = await strongroom.secrets.getSecretValue({ secretId: 'db' });
  const cached = await cache.get('db');
  const error = await cache.get('missing').catch((error) => error);
  while (!cache.live) await new Promise((resolve) => setTimeout(resolve, 10));
  console.log(JSON.stringify({ secretString, cached: cached.secretString, isKnown: error instanceof ResourceNotFoundException }));
  cache.close();
  strongroom.close();
`;
const names = 'ResourceNotFoundException, SecretCache, StrongroomClient';
const caller = 'for spiffe://strongroom.local/user/stranger';
const printed = { secretString: caller, cached: caller, isKnown: true };

it('has what a stranger needs, and nothing of this repository', () => {
  expect(readdirSync(installed).sort()).toEqual(
    ['LICENSE', 'README.md', 'index.cjs', 'index.d.cts', 'index.d.mts', 'index.mjs', 'package.json'].sort(),
  );
  const { version, license, engines } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  expect(manifest()).toMatchObject({
    name: '@strongroom/client',
    version,
    license,
    engines,
    type: 'commonjs',
    sideEffects: false,
  });
  expect(Object.keys(manifest().dependencies)).toEqual(['@bufbuild/protobuf', '@grpc/grpc-js', '@opentelemetry/api']);
  for (const file of ['index.cjs', 'index.mjs', 'index.d.cts', 'index.d.mts']) {
    const text = inPackage(file);
    expect(text).not.toContain(root);
    expect(text).not.toMatch(/sourceMappingURL|['"]@strongroom\//);
  }
});

it('has types for each way to load it', () => {
  const { '.': entry } = manifest().exports;
  // A condition that stands first is asked first, so types must.
  expect(Object.keys(entry!.import)).toEqual(['types', 'default']);
  expect(Object.keys(entry!.require)).toEqual(['types', 'default']);
  expect(entry).toEqual({
    import: { types: './index.d.mts', default: './index.mjs' },
    require: { types: './index.d.cts', default: './index.cjs' },
  });
});

it('promises no value that it does not have', async () => {
  const [values] = [...inPackage('index.d.mts').matchAll(/^export \{ (.*) \};$/gm)].map(([, names]) => names!.split(', ').sort());
  const file = write('names.mjs', `import * as client from '@strongroom/client'; console.log(Object.keys(client).join());`);
  expect((await run('node', [file])).trim().split(',')).toEqual(values);
  const required = write('names.cjs', `console.log(Object.keys(require('@strongroom/client')).sort().join());`);
  expect((await run('node', [required])).trim().split(',')).toEqual(values);
});

it('works as an ES module, over mutual TLS', async () => {
  const file = write('program.mjs', `import { ${names} } from '@strongroom/client';\n${program}`);
  expect(JSON.parse(await run('node', [file], { env }))).toEqual(printed);
});

it('works for require, with the same classes', async () => {
  const both = `const same = await import('@strongroom/client'); if (same.SecretCache !== SecretCache) throw new Error('another');`;
  const file = write(
    'program.cjs',
    `const { ${names} } = require('@strongroom/client');\n(async () => {\n${both}\n${program}\n})();`,
  );
  expect(JSON.parse(await run('node', [file], { env }))).toEqual(printed);
});

// By either compiler of TypeScript: the one in machine code, and the one before it.
it.each([
  ['nodenext', 'nodenext', ['typed.mts', 'typed.cts'], 'typescript-7'],
  ['bundler', 'preserve', ['typed.ts'], 'typescript'],
])('compiles under strict with moduleResolution %s', async (moduleResolution, module, files, compiler) => {
  const typed = `import { ${names}, type SecretChange, type SecretVersion } from '@strongroom/client';
    export async function read(name: string): Promise<number> {
      const strongroom = new StrongroomClient({ addresses: { secrets: 'localhost:7410' }, tls: { ca: '' } });
      const cache = new SecretCache(strongroom, { graceMs: 1_000 });
      const leave: () => void = cache.subscribe({ secretId: name, versionStage: 'AWSPENDING' }, (change: SecretChange) => {
        const text: string = change.kind === 'lost' ? change.error.reason : change.versionId;
        // @ts-expect-error it has one of the two
        change.versionId;
        void text;
      });
      const version: SecretVersion = await cache.get(name);
      const bytes: Buffer | undefined = version.secretBinary;
      for await (const { name } of strongroom.secrets.listSecrets({ maxResults: 5 })) name satisfies string;
      await strongroom.secrets.createSecret({ name, secretString: 'x', tags: [{ key: 'a', value: 'b' }] });
      // @ts-expect-error a request must name its secret
      await strongroom.secrets.getSecretValue({});
      // @ts-expect-error an age is a number
      new SecretCache(strongroom, { maxAgeMs: '5' });
      const error: Error = new ResourceNotFoundException({ kind: 'not-found', reason: 'x', message: 'y' });
      leave();
      return error.message.length + (bytes?.length ?? 0);
    }`;
  for (const file of files) write(file, typed);
  const compilerOptions = {
    module,
    moduleResolution,
    target: 'es2022',
    lib: ['es2023', 'esnext.disposable'],
    types: ['node'],
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: false,
  };
  const config = write(`tsconfig.${moduleResolution}.json`, JSON.stringify({ compilerOptions, files }));
  expect(await run('node', [join(root, 'node_modules', compiler, 'bin/tsc'), '--project', config])).toBe('');
});
