import { codeOf } from './hashing/one-time-code';
import { afterCode, type MfaDevice, synchronised } from './mfa-device';

const seed = Buffer.from('12345678901234567890');
const NOW = 1_000_000;
const device: MfaDevice = {
  serialNumber: 'arn:aws:iam::000000000000:mfa/phone',
  accountId: '000000000000',
  sealedSeed: Buffer.of(),
  createDate: new Date(0),
  drift: 0,
  lastStep: 0,
};
const code = (step: number) => codeOf(seed, step);

it.each([
  [-2, undefined],
  [-1, NOW - 1],
  [0, NOW],
  [1, NOW + 1],
  [2, undefined],
])('takes the code of %d steps from now: used up to %s', (steps, lastStep) => {
  expect(afterCode(device, seed, code(NOW + steps), NOW)?.lastStep).toBe(lastStep);
});

it('takes a code once, and none before it any more', () => {
  const used = afterCode(device, seed, code(NOW), NOW)!;
  expect(afterCode(used, seed, code(NOW), NOW)).toBeUndefined();
  expect(afterCode(used, seed, code(NOW - 1), NOW)).toBeUndefined();
  expect(afterCode(used, seed, code(NOW + 1), NOW)?.lastStep).toBe(NOW + 1);
});

it.each(['', '12345', 'abcdef'])('takes no %j', (text) => expect(afterCode(device, seed, text, NOW)).toBeUndefined());

it.each([0, -1, 5, -19])('sets the clock of a device that is %d steps ahead, by two codes', (ahead) => {
  const shown = NOW + ahead;
  const set = synchronised(device, seed, [code(shown - 1), code(shown)], NOW);
  expect(set.lastStep).toBe(shown);
  expect(set.drift).toBe(Math.abs(ahead) <= 1 ? 0 : ahead);
  expect(afterCode(set, seed, code(shown), NOW)).toBeUndefined();
  expect(afterCode(set, seed, code(shown + 1), NOW + 1)).toBeDefined();
});

it.each([
  ['in the wrong order', [code(NOW), code(NOW - 1)]],
  ['that do not follow each other', [code(NOW - 2), code(NOW)]],
  ['that are the same', [code(NOW), code(NOW)]],
  ['from too far away', [code(NOW + 21), code(NOW + 22)]],
])('does not set a clock by codes %s', (_, codes) => {
  expect(() => synchronised(device, seed, codes as [string, string], NOW)).toThrow(
    expect.objectContaining({ reason: 'InvalidAuthenticationCode' }),
  );
});

it('does not set a clock by codes that were used', () => {
  const used = { ...device, lastStep: NOW };
  expect(() => synchronised(used, seed, [code(NOW), code(NOW + 1)], NOW)).toThrow('not valid');
});
