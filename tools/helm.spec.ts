import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const filesBelow = (folder: string) =>
  (readdirSync(join(root, folder), { recursive: true }) as string[]).map((file) => join(folder, file));
const variablesIn = (files: string[]) =>
  new Set(
    files
      .map(read)
      .join('\n')
      .match(/\b(?:STRONGROOM|OTEL)_(?:[A-Z]+_)*[A-Z]+\b/g),
  );

const sources = ['apps', 'libs']
  .flatMap(filesBelow)
  .filter((file) => /\.ts$/.test(file) && !/(^|\/)generated\/|\/src\/testing\/|\.[a-z-]*spec\.ts$/.test(file));

it('lets the chart set no variable that no code reads', () => {
  const chart = filesBelow('docker/helm/strongroom').filter((file) => /\.(ya?ml|tpl)$/.test(file));
  const set = variablesIn(chart);
  const known = variablesIn(sources);
  expect(set.size).toBeGreaterThan(40);
  expect([...set].filter((name) => !known.has(name))).toEqual([]);
});
