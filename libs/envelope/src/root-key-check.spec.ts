import { SeededRandom } from '@strongroom/random';
import { requireRootKey, RootKey } from './index';

const random = new SeededRandom('root keys');
const [first, second] = [RootKey.fromBytes(random.bytes(32)), RootKey.fromBytes(random.bytes(32))];

it('takes the first root key, and from then on no other', async () => {
  let inUse: string | undefined;
  const records = { adopt: (fingerprint: string) => Promise.resolve((inUse ??= fingerprint)) };
  await requireRootKey(first, records, 'stored keys');
  await requireRootKey(first, records, 'stored keys');
  await expect(requireRootKey(second, records, 'stored keys')).rejects.toThrow(
    `STRONGROOM_ROOT_KEY_FILE holds another root key (fingerprint ${second.fingerprint}) than the one that sealed the stored keys (fingerprint ${first.fingerprint})`,
  );
});
