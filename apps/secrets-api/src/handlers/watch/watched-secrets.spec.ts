import { readSecretId } from '../../domain/secret-reference';
import type { Located } from '../secret-access';
import { WatchedSecrets } from './watched-secrets';

const ACCOUNT = '000000000000';

/** Readings that end when the test says so. */
const setUp = () => {
  const begun: string[] = [];
  const ends: (() => void)[] = [];
  const secrets = new WatchedSecrets({
    locateFor: (accountId, secretId) => {
      begun.push(`${accountId} ${secretId}`);
      return new Promise<Located>((resolve) => {
        ends.push(() => resolve({ target: readSecretId(secretId, { accountId, region: 'us-east-1' }), found: undefined }));
      });
    },
  });
  return { secrets, begun, endAll: () => ends.splice(0).forEach((end) => end()) };
};

const turn = () => new Promise((resolve) => setImmediate(resolve));

it('answers all who ask before a reading begins by that one, and others by another', async () => {
  const { secrets, begun, endAll } = setUp();
  const first = ['a', 'a', 'b'].map((name) => secrets.locate(ACCOUNT, ACCOUNT, name));
  await turn();
  expect(begun).toEqual([`${ACCOUNT} a`, `${ACCOUNT} b`]);
  const later = secrets.locate(ACCOUNT, ACCOUNT, 'a');
  await turn();
  expect(begun).toHaveLength(3);
  endAll();
  const [one, same] = await Promise.all([...first, later]);
  expect(one).toBe(same);
  expect(await later).not.toBe(one);
});

it('lets the watchers of a secret go on in several turns', async () => {
  const { secrets, endAll } = setUp();
  let done = 0;
  const all = Array.from({ length: 200 }, () => secrets.locate(ACCOUNT, ACCOUNT, 'a').then(() => done++));
  await turn();
  endAll();
  const counts: number[] = [];
  while (done < all.length) {
    await turn();
    counts.push(done);
  }
  const steps = counts.map((count, n) => count - (counts[n - 1] ?? 0));
  expect(Math.max(...steps)).toBe(64);
});

it('reads a failure for all who share it', async () => {
  const secrets = new WatchedSecrets({ locateFor: () => Promise.reject(new Error('away')) });
  const answers = await Promise.allSettled(['a', 'a'].map((name) => secrets.locate(ACCOUNT, ACCOUNT, name)));
  expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
