import { readFileSync } from 'node:fs';
import { Failure } from './terminal.mjs';

/** Stops with one clear line when this Node is older than package.json's `engines` asks for. */
export const requireNode = () => {
  const wanted = JSON.parse(readFileSync('package.json', 'utf8')).engines.node.replace('>=', '').split('.').map(Number);
  const actual = process.versions.node.split('.').map(Number);
  const older = wanted.map((part, i) => (actual[i] ?? 0) - part).find((difference) => difference !== 0) ?? 0;
  if (older < 0) throw new Failure(`Strongroom needs Node ${wanted.join('.')} or later; this is Node ${process.versions.node}.`);
};
