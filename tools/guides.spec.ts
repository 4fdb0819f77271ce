import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { diffsIn } from './guides.testing';

const root = resolve(__dirname, '..');
/** Goes on from what a generator makes: `generators.int-spec.ts` applies it there. */
const GENERATED = 'new-service.md';
/** For those who run a cluster: it changes no code. */
const FOR_OPERATORS = 'aws-rotation-functions.md';
const guides = readdirSync(join(root, 'docs/guides')).filter((file) => ![GENERATED, FOR_OPERATORS].includes(file));

const hasGit = spawnSync('git', ['--version']).status === 0;
if (!hasGit) process.stderr.write('skipped: the diffs of docs/guides, since git is not installed\n');

(hasGit ? it : it.skip).each(guides)('the diffs of docs/guides/%s apply', (file) => {
  const diffs = diffsIn(join(root, 'docs/guides', file));
  expect(diffs).toContain('\n@@ ');
  // If this fails, apply them by `git apply --3way`, mend what no longer fits, and put `git diff -U2` into the guide.
  const { stderr } = spawnSync('git', ['apply', '--check', '-'], { cwd: root, input: diffs, encoding: 'utf8' });
  expect(stderr).toBe('');
});
