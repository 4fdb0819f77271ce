import { Dice } from './dice';
import { frame, frameTypes, headerField, settings } from './http2-frames';
import { wireScenarios } from './wire-scenarios';

it('writes frames as RFC 9113 has them', () => {
  expect(frame(frameTypes.ping, 1, 3, Buffer.from('ab')).toString('hex')).toBe(
    `000002060100000003${Buffer.from('ab').toString('hex')}`,
  );
  expect(settings([4, 1]).toString('hex')).toBe('000006040000000000000400000001');
  expect(headerField('a', 'b').toString('hex')).toBe('0001610162');
  expect(headerField('a', 'x'.repeat(200)).subarray(3, 5).toString('hex')).toBe('7f49');
});

it('is the same for the same seed, bounded, and named once', () => {
  for (const { write } of wireScenarios) {
    const bytes = Buffer.concat(write(new Dice('a')));
    expect(bytes.equals(Buffer.concat(write(new Dice('a'))))).toBe(true);
    expect(bytes.length).toBeLessThan(4 << 20);
  }
  expect(new Set(wireScenarios.map(({ name }) => name)).size).toBe(wireScenarios.length);
});
