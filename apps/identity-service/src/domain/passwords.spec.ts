import { RootKey, RootKeys } from '@strongroom/envelope';
import { SeededRandom } from '@strongroom/random';
import { PASSWORD_COST, PasswordHasher } from './hashing/password-hasher';
import { Passwords } from './passwords';

const random = new SeededRandom('passwords');
const cheap = { memoryCost: 8, timeCost: 1, parallelism: 1 };
const keys = new RootKeys(RootKey.generate(random));
const passwords = new Passwords(keys, random, new PasswordHasher(random, cheap));
const stored = async (userId: string, generation: number, password: string) => ({
  userId,
  generation,
  sealedHash: await passwords.seal(userId, generation, password, 'lane'),
  setAt: new Date(),
});

it('knows a password again, and no other one', async () => {
  const kept = await stored('AIDA', 1, 'correct horse');
  expect(kept.sealedHash.toString('latin1')).not.toMatch(/correct|argon2/);
  expect(await passwords.matches(kept, 'correct horse', 'lane')).toBe(true);
  expect(await passwords.matches(kept, 'correct horsf', 'lane')).toBe(false);
  expect(await passwords.anyMatches([await stored('AIDA', 2, 'x'), kept], 'correct horse', 'lane')).toBe(true);
  expect(await passwords.anyMatches([await stored('AIDA', 2, 'x')], 'correct horse', 'lane')).toBe(false);
});

it('does not know it for somebody else, or as another password of the same user', async () => {
  const kept = await stored('AIDA', 1, 'correct horse');
  for (const moved of [
    { ...kept, userId: 'AIDB' },
    { ...kept, generation: 2 },
  ]) {
    await expect(passwords.matches(moved, 'correct horse', 'lane')).rejects.toThrow();
  }
});

it('works as hard for nobody, and goes on when the root key was rotated', async () => {
  const verified: string[] = [];
  const hasher = new PasswordHasher(random, cheap);
  const watched = new Passwords(keys, random, hasher);
  const matches = hasher.matches.bind(hasher);
  hasher.matches = (hashed, password, lane) => (verified.push(hashed), matches(hashed, password, lane));
  expect(await watched.matches(undefined, 'x', 'lane')).toBe(false);
  const next = RootKey.generate(random);
  const old = keys.fingerprint;
  keys.add(next);
  keys.use(next.fingerprint);
  keys.drop(old);
  expect(await watched.matches(undefined, 'x', 'lane')).toBe(false);
  expect(verified).toHaveLength(2);
  expect(verified[0]).toMatch(/^\$argon2id\$v=19\$m=8,t=1,p=1\$/);
  expect(verified[1]).toBe(verified[0]);
});

it('makes hashes at the cost that the decision names', async () => {
  expect(await new PasswordHasher(random).hash('x', 'lane')).toMatch(
    /^\$argon2id\$v=19\$m=65536,t=3,p=1\$[\w+/]{22}\$[\w+/]{43}$/,
  );
  expect(PASSWORD_COST).toEqual({ memoryCost: 65_536, timeCost: 3, parallelism: 1 });
});

it('turns away those of a lane in which too many wait', async () => {
  const hasher = new PasswordHasher(random, cheap);
  const all = await Promise.allSettled(Array.from({ length: 30 }, () => hasher.hash('x', 'crowded')));
  const refused = all.filter((one) => one.status === 'rejected').map((one) => (one.reason as { reason: string }).reason);
  expect(refused).toEqual(Array(12).fill('ThrottlingException'));
});
