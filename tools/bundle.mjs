// `node tools/bundle.mjs apps/<name>` writes dist/apps/<name>/main.js.
import { bundleApp } from './bundling.mjs';

const project = process.argv[2];
if (!project) {
  console.error('usage: node tools/bundle.mjs <project root>');
  process.exit(2);
}
await bundleApp(project);
