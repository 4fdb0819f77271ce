import { judge, type SentinelAnswer } from './sentinel-answers';

const answer = (number: number, primary: string | null = 'p:6379'): SentinelAnswer => ({
  sentinel: `s${number}:26379`,
  primary,
  quorum: 2,
});
const failure = (number: number): SentinelAnswer => ({ sentinel: `s${number}:26379`, failure: 'connect ECONNREFUSED' });
const judged = (...answers: SentinelAnswer[]) => judge('mymaster', answers);

it('takes sentinels that name one primary, as many as their quorum', () => {
  expect(judged(answer(1), answer(2), answer(3))).toBeUndefined();
  expect(judged(answer(1), failure(2), answer(3))).toBeUndefined();
});

it('takes one that may not tell its quorum', () => {
  expect(judged({ ...answer(1), quorum: undefined }, failure(2))).toBeUndefined();
});

it.each<[string, SentinelAnswer[], string, boolean]>([
  [
    'fewer that answer than the quorum',
    [answer(1), failure(2), failure(3)],
    'STRONGROOM_REDIS_SENTINELS: at least 2 of 3 sentinels must answer; s2:26379: connect ECONNREFUSED; s3:26379: connect ECONNREFUSED',
    false,
  ],
  [
    'none that answers',
    [failure(1)],
    'STRONGROOM_REDIS_SENTINELS: at least 1 of 1 sentinels must answer; s1:26379: connect ECONNREFUSED',
    false,
  ],
  [
    'fewer that are named than the quorum',
    [answer(1)],
    'STRONGROOM_REDIS_SENTINELS: must name at least 2 sentinels, the quorum of the group "mymaster"',
    true,
  ],
  [
    'those that name different primaries',
    [answer(1), answer(2, 'q:6379'), failure(3)],
    'STRONGROOM_REDIS_SENTINELS: all sentinels must name one primary of the group "mymaster"; s1:26379 names p:6379, s2:26379 names q:6379',
    true,
  ],
  [
    'those that do not know the group',
    [answer(1), answer(2, null), failure(3)],
    'STRONGROOM_REDIS_SENTINEL_GROUP: all sentinels must know the group "mymaster"; s2:26379 does not',
    true,
  ],
])('refuses %s', (_, answers, text, isConfiguration) => {
  expect(judged(...answers)).toEqual({ text, isConfiguration });
});
