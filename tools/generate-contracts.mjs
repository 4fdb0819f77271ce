// Generates libs/contracts/src/generated from proto/: messages, clients and service definitions by ts-proto,
// and the descriptor set that server reflection serves.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const target = 'libs/contracts/src/generated';
const buf = (...args) =>
  execFileSync('node_modules/.bin/buf', args, { stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 1 << 28 });

/**
 * ts-proto makes the objects of map fields with a prototype, and assigns to them: the key `__proto__` would be gone, and what is
 * encrypted under a context that names it would open without. Without a prototype it is a key as any other.
 */
function keepMapKeys(folder) {
  const bare = 'globalThis.Object.create(null)';
  for (const file of readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.ts'))) {
    const code = readFileSync(join(folder, file), 'utf8');
    const kept = code
      // What `decode` assigns to: the fields of an empty message.
      .replaceAll(/^function createBase\w+\(\)[^]*?^\}$/gm, (made) => made.replaceAll(/: \{\}/g, `: ${bare}`))
      // What `fromPartial` assigns to.
      .replaceAll(/(\(acc: \{[^]*?return acc;\s*\},\s*)\{\}/g, `$1${bare}`);
    for (const [, field] of kept.matchAll(/\bmessage\.(\w+)\[entry\d+\.key\] = /g)) {
      if (!kept.includes(`${field}: ${bare}`)) throw new Error(`${file}: ts-proto does not make the map ${field} as it did`);
    }
    writeFileSync(join(folder, file), kept);
  }
}

// Made aside and then moved into place, so that whoever builds or tests at the same time finds all of it or all of the last.
mkdirSync('dist', { recursive: true });
const draft = mkdtempSync('dist/contracts-');
try {
  buf('generate', 'proto', '--template', 'proto/buf.gen.yaml', '--output', draft);
  keepMapKeys(join(draft, target));
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
