// Steps of a command on the terminal: what takes over a second is announced, what goes on keeps telling that it lives.
import { spawn } from 'node:child_process';

/** A failure that was explained to the reader: printed as it is, without a stack. */
export class Failure extends Error {}

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/**
 * Runs `work` as one step. Quick steps print one line when they are done; slow ones print a line after a second and then
 * every five seconds with the elapsed time and what `work` last passed to its `detail` callback. Steps may run side by side.
 */
export const step = async (title, work) => {
  const start = performance.now();
  let latest = '';
  let announced = false;
  const announce = () => {
    announced = true;
    console.log(`→ ${title} …`);
  };
  const first = setTimeout(announce, 1_000);
  const tick = setInterval(() => console.log(`  … ${title}, ${seconds(start)}${latest ? `: ${latest}` : ''}`), 5_000);
  try {
    const result = await work((detail) => (latest = detail));
    console.log(`✓ ${title} (${seconds(start)})`);
    return result;
  } catch (error) {
    if (!announced) announce();
    console.log(`✗ ${title} (${seconds(start)})`);
    throw error;
  } finally {
    clearTimeout(first);
    clearInterval(tick);
  }
};

const stripControls = (line) => line.replace(/\x1b\[[0-9;?]*[A-Za-z]/g, '').trim();

/** Runs a command quietly; when it fails, throws a Failure with the last lines that it printed, or with the whole of it. */
export const run = (command, args, { detail = () => {}, env = process.env, whole = false } = {}) =>
  new Promise((resolve, reject) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const collect = (chunk) => {
      output = (output + chunk).slice(-200_000);
      const lines = output.split('\n').map(stripControls).filter(Boolean);
      if (lines.length) detail(lines.at(-1).slice(0, 100));
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', (error) => reject(new Failure(`cannot run ${command}: ${error.message}`)));
    child.on('close', (code, signal) => {
      if (code === 0) return resolve(output);
      const tail = output
        .split('\n')
        .slice(whole ? 0 : -40)
        .join('\n');
      reject(new Failure(`${tail}\n${[command, ...args].join(' ')} ended with ${signal ?? `exit code ${code}`}`));
    });
  });
