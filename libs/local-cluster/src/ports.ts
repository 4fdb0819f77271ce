import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Whether a TCP port of the loopback interface can be bound now. */
export function isPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/**
 * The first port of a block of `size` free ones. Blocks are chosen at random below the range that systems assign themselves, so
 * that clusters that start at the same moment do not collide.
 */
export async function findFreePorts(size: number): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const base = 10_000 + size * randomInt(Math.floor(22_000 / size));
    const free = await Promise.all(Array.from({ length: size }, (_, offset) => isPortFree(base + offset)));
    if (free.every(Boolean)) return base;
  }
  throw new Error(`no block of ${size} free ports found between 10000 and 32000`);
}
