import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { close, open } from 'node:inspector';
import { protectMemory } from './memory-protection';

const production = { NODE_ENV: 'production' };
const refusal = 'a debugger is attached, which could read every secret: run without it, or with NODE_ENV=development';

let heard: string[];
const on = (signal: string) => void heard.push(signal);
beforeEach(() => {
  heard = [];
});

it('has the kernel leave memory out of core dumps, of children too', async () => {
  protectMemory({}, on);
  expect(readFileSync('/proc/self/coredump_filter', 'utf8')).toBe('00000000\n');
  const child = spawn('cat', ['/proc/self/coredump_filter'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  expect(said.toString()).toBe('00000000\n');
});

it('takes the signal that would open the debugger of node, in production', () => {
  protectMemory({}, on);
  expect(heard).toEqual([]);
  protectMemory(production, on);
  expect(heard).toEqual(['SIGUSR1']);
});

it('refuses a debugger of node, in production', () => {
  open(0);
  try {
    expect(() => protectMemory(production, on)).toThrow(refusal);
    expect(() => protectMemory({ NODE_ENV: 'development' }, on)).not.toThrow();
  } finally {
    close();
  }
  expect(() => protectMemory(production, on)).not.toThrow();
});
