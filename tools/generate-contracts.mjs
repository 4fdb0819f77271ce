// Generates libs/contracts/src/generated from proto/: messages, clients and service definitions by ts-proto,
// and the descriptor set that server reflection serves.
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';

const out = 'libs/contracts/src/generated';
const buf = (...args) =>
  execFileSync('node_modules/.bin/buf', args, { stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28 });

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
buf('generate', 'proto', '--template', 'proto/buf.gen.yaml');
const descriptors = buf('build', 'proto', '-o', '-#format=binpb', '--exclude-source-info');
writeFileSync(
  `${out}/descriptor-set.ts`,
  `/** Every proto of Strongroom as a serialised google.protobuf.FileDescriptorSet, base64. */\nexport const descriptorSet = '${descriptors.toString('base64')}';\n`,
);
