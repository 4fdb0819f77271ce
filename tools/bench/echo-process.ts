import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { ECHO, serveEcho, type EchoOptions } from './echo-server';

/** Starts the echo in a process of its own, which runs the program that this is part of. */
export const startEcho = async (options: EchoOptions): Promise<ChildProcess> => {
  const child = spawn(process.execPath, [__filename, ECHO, JSON.stringify(options)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit').then(() => Promise.reject(new Error('the echo ended')))]);
  return child;
};

if (require.main === module && process.argv[2] === ECHO) serveEcho(JSON.parse(process.argv[3]!) as EchoOptions);
