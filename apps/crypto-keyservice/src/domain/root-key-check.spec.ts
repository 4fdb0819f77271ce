import { RootKey } from '@strongroom/envelope';
import { SeededRandom } from '@strongroom/random';
import { requireRootKey } from './root-key-check';

const random = new SeededRandom('root keys');
const [first, second] = [RootKey.fromBytes(random.bytes(32)), RootKey.fromBytes(random.bytes(32))];

it('takes the first root key, and from then on no other', async () => {
  let inUse: string | undefined;
  const records = { adopt: (fingerprint: string) => Promise.resolve((inUse ??= fingerprint)) };
  await requireRootKey(first, records);
  await requireRootKey(first, records);
  await expect(requireRootKey(second, records)).rejects.toThrow(
    `STRONGROOM_ROOT_KEY_FILE holds another root key (fingerprint ${second.fingerprint}) than the one that sealed the stored keys (fingerprint ${first.fingerprint})`,
  );
});
