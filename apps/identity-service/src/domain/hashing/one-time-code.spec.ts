import { codeOf, stepAt } from './one-time-code';

const seedOf = (length: number) => Buffer.from('1234567890'.repeat(7).slice(0, length));
const seeds = { sha1: seedOf(20), sha256: seedOf(32), sha512: seedOf(64) };

// RFC 6238, appendix B.
it.each([
  [59, 'sha1', '94287082'],
  [59, 'sha256', '46119246'],
  [59, 'sha512', '90693936'],
  [1_111_111_109, 'sha1', '07081804'],
  [1_111_111_109, 'sha256', '68084774'],
  [1_111_111_109, 'sha512', '25091201'],
  [1_111_111_111, 'sha1', '14050471'],
  [1_111_111_111, 'sha256', '67062674'],
  [1_111_111_111, 'sha512', '99943326'],
  [1_234_567_890, 'sha1', '89005924'],
  [1_234_567_890, 'sha256', '91819424'],
  [1_234_567_890, 'sha512', '93441116'],
  [2_000_000_000, 'sha1', '69279037'],
  [2_000_000_000, 'sha256', '90698825'],
  [2_000_000_000, 'sha512', '38618901'],
  [20_000_000_000, 'sha1', '65353130'],
  [20_000_000_000, 'sha256', '77737706'],
  [20_000_000_000, 'sha512', '47863826'],
] as const)('at %d s, by %s, the code is the one of the RFC: %s', (seconds, algorithm, code) => {
  expect(codeOf(seeds[algorithm], stepAt(seconds * 1_000), { digits: 8, algorithm })).toBe(code);
});

// RFC 4226, appendix D.
it.each([
  [0, '755224'],
  [1, '287082'],
  [9, '520489'],
])('has six digits: of step %d, %s', (step, code) => expect(codeOf(seeds.sha1, step)).toBe(code));
