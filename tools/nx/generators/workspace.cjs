// What the generators share: templates, and small edits at anchors of files that exist.
const { execFileSync } = require('node:child_process');
const { readdirSync, readFileSync, statSync } = require('node:fs');
const { join } = require('node:path');

const FORMATTED = /\.(ts|tsx|mjs|cjs|json|md|ya?ml)$/;
const WORDS = /^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/;

/** @throws Error unless `name` is lower-case words joined by hyphens, and nothing has it yet */
exports.requireNewName = (tree, name) => {
  if (!WORDS.test(name ?? '')) throw new Error(`"${name}" must be lower-case words joined by hyphens, such as field-rules`);
  const taken = ['apps', 'libs'].map((top) => `${top}/${name}`).find((folder) => tree.exists(folder));
  if (taken) throw new Error(`${taken} exists already`);
};

exports.camelCase = (name) => name.replaceAll(/-([a-z0-9])/g, (_, letter) => letter.toUpperCase());

exports.capitalised = (word) => word[0].toUpperCase() + word.slice(1);

/** Writes all templates of a folder; `__name__` in paths and texts becomes `words.name`, and so on. */
exports.writeTemplates = (tree, kind, words) => {
  const filled = (text) =>
    text.replaceAll(/__([A-Za-z]+?)__/g, (placeholder, word) => {
      if (!(word in words)) throw new Error(`no word for ${placeholder} in the templates of ${kind}`);
      return words[word];
    });
  const folder = join(__dirname, 'files', kind);
  for (const file of readdirSync(folder, { recursive: true }).map(String)) {
    const path = join(folder, file);
    if (statSync(path).isDirectory()) continue;
    tree.write(filled(file.replace(/\.template$/, '')), filled(readFileSync(path, 'utf8')));
  }
};

/**
 * Replaces what `anchor` matches, which must occur exactly once unless it has the flag g: then the last match counts.
 *
 * @param replace makes the new text of the match and its groups
 */
exports.edit = (tree, file, anchor, replace) => {
  const text = tree.exists(file) ? tree.read(file, 'utf8') : undefined;
  if (text === undefined) throw new Error(`${file} does not exist: the generator has to learn where its text went`);
  const pattern = new RegExp(anchor.source, [...new Set(`${anchor.flags}g`)].join(''));
  const matches = [...text.matchAll(pattern)];
  const match = matches.at(-1);
  if (!match || (matches.length > 1 && !anchor.flags.includes('g'))) {
    const count = match ? `occurs ${matches.length} times` : 'does not occur';
    throw new Error(`${anchor} ${count} in ${file}: the generator has to learn what it looks like now`);
  }
  tree.write(file, text.slice(0, match.index) + replace(...match) + text.slice(match.index + match[0].length));
};

/** Formats what was written, as `npm run format` does. */
exports.format = (tree) => {
  for (const { path, type, content } of tree.listChanges()) {
    if (type === 'DELETE' || !FORMATTED.test(path)) continue;
    const formatter = join(tree.root, 'node_modules/.bin/oxfmt');
    tree.write(path, execFileSync(formatter, [`--stdin-filepath=${path}`], { cwd: tree.root, input: content }));
  }
};
