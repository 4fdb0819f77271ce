import { afterStep, NOT_VERIFIED, percentOf, type VerificationStep } from './verification';

const step = (given: Partial<VerificationStep>): VerificationStep => ({
  eventsVerified: 20_000n,
  sequence: 20_000n,
  endSequence: 50_000n,
  findings: [],
  resumeToken: 't1',
  ...given,
});
const finding = { kind: 'changed', sequence: 7n, detail: 'the hash is another one' };

it('collects the findings of all steps, and the newest token', () => {
  const first = afterStep(NOT_VERIFIED, step({ findings: [finding] }));
  const second = afterStep(first, step({ sequence: 40_000n, resumeToken: '', findings: [{ ...finding, sequence: 30_000n }] }));
  expect(second.findings.map(({ sequence }) => sequence)).toEqual([7n, 30_000n]);
  expect(second.resumeToken).toBe('t1');
  expect(second.result).toBeUndefined();
});

it('says 100 percent only at the end', () => {
  expect(percentOf(NOT_VERIFIED)).toBe(0);
  expect(percentOf(afterStep(NOT_VERIFIED, step({})))).toBe(40);
  const last = step({ sequence: 50_000n });
  expect(percentOf(afterStep(NOT_VERIFIED, last))).toBe(99);
  const result = { valid: true, eventsVerified: 50_000n, lastSequence: 50_000n, lastHash: new Uint8Array(32) as never };
  expect(percentOf(afterStep(NOT_VERIFIED, { ...last, result }))).toBe(100);
});
