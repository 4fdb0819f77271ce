import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONDITION_KEYS, conditionKeyOf } from './index';

const documentation = readFileSync(join(__dirname, '../../../docs/policy.md'), 'utf8');
const section = documentation.slice(documentation.indexOf('## Condition keys'), documentation.indexOf('## Public access'));

/** The rows of the table under a heading, each as its cells. */
function rowsUnder(heading: string): string[][] {
  const from = section.indexOf(`### ${heading}\n`);
  if (from < 0) throw new Error(`docs/policy.md has no heading ${heading} under its condition keys`);
  const lines = section.slice(from).split('\n').slice(1);
  const end = lines.findIndex((line) => line.startsWith('### '));
  return (end < 0 ? lines : lines.slice(0, end))
    .filter((line) => line.startsWith('|'))
    .slice(2)
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

it.each(Object.entries(CONDITION_KEYS))('docs/policy.md shows the condition keys of %s as they are', (heading, keys) => {
  expect(rowsUnder(heading)).toEqual(keys.map(({ name, value, calls }) => [`\`${name}\``, value, calls.title]));
});

it('lists no key twice, and no other heading', () => {
  const names = Object.values(CONDITION_KEYS).flatMap((keys) => keys.map(({ name }) => name.toLowerCase()));
  expect(new Set(names).size).toBe(names.length);
  expect(section.match(/^### .*/gm)).toEqual(Object.keys(CONDITION_KEYS).map((heading) => `### ${heading}`));
});

it.each([
  ['aws:sourceip', 'aws:SourceIp'],
  ['aws:RequestTag/Team/x', 'aws:RequestTag/KEY'],
  ['aws:RequestTag/', undefined],
  ['kms:encryptioncontext:App', 'kms:EncryptionContext:KEY'],
  ['kms:EncryptionContextKeys', 'kms:EncryptionContextKeys'],
  ['id.example.org/realms/staff:sub', 'ISSUER:sub'],
  ['aws:nosuchkey', undefined],
])('finds what %s is', (name, found) => {
  expect(conditionKeyOf(name)?.name).toBe(found);
});
