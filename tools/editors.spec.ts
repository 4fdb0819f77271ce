import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'jsonc-parser';

const read = (file: string) => readFileSync(join(__dirname, '..', file), 'utf8');
const { engines } = JSON.parse(read('package.json')) as { engines: { node: string } };
const { printWidth } = JSON.parse(read('.oxfmtrc.json')) as { printWidth: number };

it('suggests the oldest Node that the project supports, everywhere', () => {
  const [oldest] = engines.node.replace('>=', '').split('.');
  const { image } = parse(read('.devcontainer/devcontainer.json')) as { image: string };
  expect(read('.nvmrc').trim()).toBe(oldest);
  expect(image).toMatch(new RegExp(`:${oldest}-`));
});

it('wraps lines in editors where the formatter does', () => {
  expect(read('.editorconfig')).toContain(`max_line_length = ${printWidth}\n`);
});
