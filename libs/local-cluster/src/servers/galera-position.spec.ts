import { furthest, positionIn, recoveredPosition, safeToBootstrap } from './galera-position';

const A = '6ad86e46-cd1a-11f0-9a5c-7a4f5b1f5c0e';
const B = '7bd86e46-cd1a-11f0-9a5c-7a4f5b1f5c0e';
const state = (uuid: string, seqno: number) =>
  `# GALERA saved state\nversion: 2.1\nuuid:    ${uuid}\nseqno:   ${seqno}\nsafe_to_bootstrap: 0\n`;

it('reads how far a node has come that ended by itself', () => {
  expect(positionIn(state(A, 17))).toEqual({ cluster: A, seqno: 17 });
  expect(positionIn(state(A, -1))).toBeUndefined();
  expect(positionIn(state('00000000-0000-0000-0000-000000000000', 17))).toBeUndefined();
});

it('reads what a node says that crashed', () => {
  const line = '2026-11-30 18:00:00 0 [Note] WSREP: Recovered position: ';
  expect(recoveredPosition(`InnoDB: …\n${line}${A}:42,1-1-3\n`)).toEqual({ cluster: A, seqno: 42 });
  expect(recoveredPosition(`${line}00000000-0000-0000-0000-000000000000:-1\n`)).toBeUndefined();
  expect(recoveredPosition('nothing of it')).toBeUndefined();
});

it('lets a node begin', () => {
  expect(safeToBootstrap(state(A, -1))).toBe(state(A, -1).replace('bootstrap: 0', 'bootstrap: 1'));
});

it('begins with the node that has most', () => {
  const at = (seqno: number, cluster = A) => ({ cluster, seqno });
  expect(furthest([undefined, at(3), at(7)])).toBe(2);
  expect(furthest([at(7), at(7), undefined])).toBe(0);
  expect(furthest([undefined, undefined, undefined])).toBeUndefined();
  expect(() => furthest([at(3), at(7, B)])).toThrow(`different Galera clusters: ${A}, ${B}`);
});
