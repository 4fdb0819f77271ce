import { FakeSealer } from './trail.testing';
import { VerificationTokens, type Checkpoint } from './verification-token';

const checkpoint: Checkpoint = {
  accountId: '000000000000',
  sequence: 20_000,
  hash: Buffer.alloc(32, 7),
  eventsVerified: 19_998,
  found: 2,
};

const setUp = async () => {
  const sealer = new FakeSealer();
  const tokens = new VerificationTokens(sealer);
  return { sealer, tokens, token: await tokens.make(checkpoint) };
};

const refusal = { reason: 'InvalidNextTokenException', kind: 'invalid-argument' };

it('says what was put into it', async () => {
  const { tokens, token } = await setUp();
  expect(await tokens.parse(checkpoint.accountId, token, {})).toEqual(checkpoint);
});

it('is good for its account alone', async () => {
  const { tokens, token } = await setUp();
  await expect(tokens.parse('111111111111', token, {})).rejects.toMatchObject(refusal);
});

it.each<[string, number, unknown]>([
  ['a place further on', 1, 30_000],
  ['another hash', 2, Buffer.alloc(32, 8).toString('base64url')],
  ['more events', 3, 20_000],
  ['no findings', 4, 0],
  ['a seal that was made up', 5, Buffer.from('seal 0 of 000000000000 20000 ').toString('base64url')],
  ['no seal', 5, ''],
  ['a place that is none', 1, -1],
  ['a place that is no number', 1, '20000'],
  ['a hash that is no text', 2, null],
])('is refused with %s', async (_, index, value) => {
  const { tokens, token } = await setUp();
  const parts = JSON.parse(Buffer.from(token, 'base64url').toString()) as unknown[];
  parts[index] = value;
  const forged = Buffer.from(JSON.stringify(parts)).toString('base64url');
  await expect(tokens.parse(checkpoint.accountId, forged, {})).rejects.toMatchObject(refusal);
});

it.each(['x', '{}', 'null', '[]', '"text"', 'x'.repeat(100_000)])('is refused when it is none: %.20s', async (text) => {
  const { tokens } = await setUp();
  for (const token of [text, Buffer.from(text).toString('base64url')])
    await expect(tokens.parse(checkpoint.accountId, token, {})).rejects.toMatchObject(refusal);
});

it('is not made of a seal of the trail', async () => {
  const { token } = await setUp();
  const others = new VerificationTokens(new FakeSealer());
  await expect(others.parse(checkpoint.accountId, token, {})).rejects.toMatchObject(refusal);
});

it('is neither good nor bad while nobody can tell', async () => {
  const { tokens, token, sealer } = await setUp();
  sealer.away = true;
  await expect(tokens.parse(checkpoint.accountId, token, {})).rejects.toMatchObject({ kind: 'unavailable' });
});
