// Generates libs/contracts/src/generated from proto/: messages, clients and service definitions by ts-proto,
// and the descriptor set that server reflection serves.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const target = 'libs/contracts/src/generated';
const buf = (...args) =>
  execFileSync('node_modules/.bin/buf', args, { stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28 });

// Made aside and then moved into place, so that whoever builds or tests at the same time finds all of it or all of the last.
mkdirSync('dist', { recursive: true });
const draft = mkdtempSync('dist/contracts-');
try {
  buf('generate', 'proto', '--template', 'proto/buf.gen.yaml', '--output', draft);
  const descriptors = buf('build', 'proto', '-o', '-#format=binpb', '--exclude-source-info');
  writeFileSync(
    join(draft, target, 'descriptor-set.ts'),
    `/** Every proto of Strongroom as a serialised google.protobuf.FileDescriptorSet, base64. */\nexport const descriptorSet = '${descriptors.toString('base64')}';\n`,
  );
  mkdirSync('libs/contracts/src', { recursive: true });
  if (existsSync(target)) renameSync(target, join(draft, 'previous'));
  renameSync(join(draft, target), target);
} finally {
  rmSync(draft, { recursive: true, force: true });
}
