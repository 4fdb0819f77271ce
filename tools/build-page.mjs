// `node tools/build-page.mjs apps/<name>` writes the page to dist/apps/<name>, presses what a browser loads, and weighs it.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { build } from 'vite';

/** Bytes of what a browser loads, compressed, before the first page stands: signing in, the shell, and Home. */
const MAX_FIRST_PAGE = 250_000;
const onFirstPage = (source) => /^src\/pages\/(session|home)\/[^/]+-page\.tsx$/.test(source);

// A page is for people, also when a test builds it: React is larger and slower otherwise.
process.env.NODE_ENV = 'production';
const project = process.argv[2];
if (!project) {
  console.error('usage: node tools/build-page.mjs <project root>');
  process.exit(2);
}
const output = join('dist', project);

/** Puts a `.br` and a `.gz` beside each asset. The page itself is not pressed: each answer has a nonce of its own. */
const press = () => {
  const folder = join(output, 'assets');
  for (const name of readdirSync(folder).filter((name) => /\.(js|css|svg)$/.test(name))) {
    const file = join(folder, name);
    const content = readFileSync(file);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: content.length };
    writeFileSync(`${file}.br`, brotliCompressSync(content, { params }));
    writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }));
  }
};

/** The files that the first page needs, by the manifest: what loads at once, and what that imports. */
const firstPage = (manifest) => {
  const files = new Set();
  const seen = new Set();
  const visit = (id) => {
    if (seen.has(id)) return;
    seen.add(id);
    const chunk = manifest[id];
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    (chunk.imports ?? []).forEach(visit);
  };
  for (const [id, chunk] of Object.entries(manifest)) if (chunk.isEntry || onFirstPage(id)) visit(id);
  return [...files];
};

const weigh = () => {
  const files = firstPage(JSON.parse(readFileSync(join(output, 'manifest.json'), 'utf8')));
  const weights = files.map((file) => [file, readFileSync(join(output, `${file}.br`)).length]).sort((a, b) => b[1] - a[1]);
  const total = weights.reduce((sum, [, bytes]) => sum + bytes, 0);
  const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} kB`;
  console.log(`first page: ${kilobytes(total)} of ${kilobytes(MAX_FIRST_PAGE)} compressed`);
  if (total <= MAX_FIRST_PAGE) return;
  console.error(weights.map(([file, bytes]) => `${kilobytes(bytes).padStart(10)} ${file}`).join('\n'));
  console.error('The first page is too heavy: load something of it later.');
  process.exit(1);
};

await build({ configFile: join(project, 'vite.config.mjs'), logLevel: 'warn' });
press();
weigh();
