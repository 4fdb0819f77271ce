import { findFreePorts, isPortFree } from './ports';

it('finds ports that nobody gets a second time', async () => {
  const found = await Promise.all(Array.from({ length: 40 }, () => findFreePorts(3)));
  const ports = found.flatMap((base) => [base, base + 1, base + 2]);
  expect(new Set(ports).size).toBe(120);
  expect(await Promise.all(ports.map(isPortFree))).not.toContain(false);
});
