import { randomInt } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';

/** Whether a TCP port of the loopback interface can be bound now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/**
 * Where this user's processes note the ports that they chose. A server that is down for a moment must find its port free again.
 */
const claims = join(tmpdir(), `strongroom-ports-${userInfo().uid}`);

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Notes that the port belongs to this process as long as it runs. Returns false if it belongs to another. */
function claim(port: number): boolean {
  mkdirSync(claims, { recursive: true, mode: 0o700 });
  const file = join(claims, `${port}`);
  try {
    writeFileSync(file, `${process.pid}`, { flag: 'wx' });
    return true;
  } catch {
    if (isRunning(Number(readFileSync(file, 'utf8')))) return false;
    rmSync(file, { force: true });
    return claim(port);
  }
}

/**
 * The range of ports to choose from: above 10080, to which `fetch` does not connect, and below those that systems assign
 * themselves.
 */
const FIRST = 10_100;
const LAST = 32_000;

/**
 * The first port of a block of `size` free ones, which no other process of this user gets as long as this one runs. Blocks are
 * chosen at random.
 */
export async function findFreePorts(size: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const base = FIRST + size * randomInt(Math.floor((LAST - FIRST) / size));
    const block = Array.from({ length: size }, (_, offset) => base + offset);
    // To ask whether a port is free takes it for a moment: only of a port that is nobody else's.
    if (block.every(claim) && (await Promise.all(block.map(isPortFree))).every(Boolean)) return base;
  }
  throw new Error(`no block of ${size} free ports found between ${FIRST} and ${LAST}`);
}
