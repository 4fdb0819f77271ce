import { pollUntil } from '@strongroom/clock';
import type {
  SecretNotice,
  SecretWatch,
  WatchReady,
  WatchSecretsRequest,
  WatchSecretsResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { fromStatus } from '@strongroom/grpc-kit';
import { allow, type Api, startTestSecretsApi, type TestSecretsApi, text, token } from './server.testing';

type What = NonNullable<SecretWatch['what']>;
type Principal = Parameters<TestSecretsApi['watch']>[0];

const one = (value: string): What => ({ $case: 'secretId', value });
const prefix = (value: string): What => ({ $case: 'namePrefix', value });
const tag = (key: string, value: string): What => ({ $case: 'tag', value: { key, value } });

/** A notice in short: the name, and the version that is AWSCURRENT or the error. */
const short = ({ watchId, name, state }: SecretNotice): string => {
  if (state?.$case !== 'readable') return `${watchId} ${name} ${state?.value.errorCode}`;
  const current = Object.entries(state.value.versionsToStages).find(([, { stages }]) => stages.includes('AWSCURRENT'));
  return `${watchId} ${name} ${current?.[0].replace(/-+$/, '') ?? 'nothing'}`;
};

describe('WatchSecrets', () => {
  let test: TestSecretsApi;
  let admin: Api;
  const streams: { cancel(): void }[] = [];

  const open = (principal?: Principal) => {
    const stream = test.watch(principal);
    const heard = {
      notices: [] as SecretNotice[],
      ready: [] as WatchReady[],
      /** Those that came with the last notice or later, so that they are of a place after it. */
      tokens: [] as string[],
      error: undefined as unknown,
    };
    stream.on('data', ({ notices, ready, resumeToken }: WatchSecretsResponse) => {
      heard.notices.push(...notices);
      heard.ready.push(...ready);
      if (notices.length > 0) heard.tokens.splice(0);
      if (resumeToken !== undefined) heard.tokens.push(resumeToken);
    });
    stream.on('error', (error) => (heard.error = fromStatus(error as Parameters<typeof fromStatus>[0])));
    streams.push(stream);
    const send = (request: Partial<WatchSecretsRequest>) => stream.write({ add: [], remove: [], ...request });
    return {
      heard,
      send,
      stream,
      add: (...whats: [number, What, resumeToken?: string][]) =>
        send({ add: whats.map(([id, what, resumeToken = '']) => ({ id, what, resumeToken })) }),
      /** Waits until it has heard all of these, in whatever order, and nothing else since it was last asked. */
      async hears(...expected: string[]) {
        await pollUntil(() => heard.notices.length >= expected.length || heard.error !== undefined, 30_000, 5);
        expect({ notices: heard.notices.splice(0).map(short).sort(), error: heard.error }).toEqual({
          notices: expected.sort(),
          error: undefined,
        });
      },
      async isReady(...ids: number[]) {
        await pollUntil(() => heard.ready.length >= ids.length || heard.error !== undefined, 30_000, 5);
        const ready = heard.ready.splice(0).map(({ watchId }) => watchId);
        expect({ ready: ready.sort(), error: heard.error }).toEqual({ ready: ids, error: undefined });
      },
      async ends() {
        expect(await pollUntil(() => heard.error !== undefined, 30_000, 5)).toBe(true);
        return heard.error;
      },
    };
  };
  const create = (name: string, tags: { key: string; value: string }[] = []) =>
    admin.createSecret({ name, tags, clientRequestToken: token(`${name.replaceAll('/', '-')}-1`), value: text('x') });
  const put = (secretId: string, version: string) =>
    admin.putSecretValue({ secretId, clientRequestToken: token(version), value: text('y') });

  beforeAll(async () => {
    test = await startTestSecretsApi('watch');
    admin = test.as();
  }, 60_000);
  afterEach(() => {
    for (const stream of streams.splice(0)) stream.cancel();
  });
  afterAll(() => test?.stop());

  it('tells how a secret is, and then each change of it', async () => {
    await create('one');
    const watch = open();
    watch.add([7, one('one')]);
    await watch.hears('7 one one-1');
    await watch.isReady(7);
    await put('one', 'v2');
    await watch.hears('7 one v2');
    await admin.updateSecretVersionStage({
      secretId: 'one',
      versionStage: 'AWSCURRENT',
      moveToVersionId: token('one-1'),
      removeFromVersionId: token('v2'),
    });
    await watch.hears('7 one one-1');
    await admin.deleteSecret({ secretId: 'one' });
    await watch.hears('7 one InvalidRequestException');
    await admin.restoreSecret({ secretId: 'one' });
    await watch.hears('7 one one-1');
    await admin.deleteSecret({ secretId: 'one', forceDeleteWithoutRecovery: true });
    await watch.hears('7 one ResourceNotFoundException');
    await create('one');
    await watch.hears('7 one one-1');
    expect(await pollUntil(() => watch.heard.tokens.length > 0, 30_000, 5)).toBe(true);
  });

  it('never tells a value', async () => {
    const canary = 'canary-3b1f';
    await admin.createSecret({ name: 'canary', value: text(canary) });
    const watch = open();
    const messages: string[] = [];
    watch.stream.on('data', (message) =>
      messages.push(JSON.stringify(message, (_, it: unknown) => (typeof it === 'bigint' ? String(it) : it))),
    );
    watch.add([1, one('canary')]);
    await watch.isReady(1);
    expect(messages.length).toBeGreaterThan(0);
    expect(messages.join('')).not.toContain(canary);
  });

  it('tells of all secrets whose names begin so, new ones too', async () => {
    await create('app/a');
    await create('app/b');
    await create('other');
    const watch = open();
    watch.add([1, prefix('app/')]);
    await watch.hears('1 app/a app-a-1', '1 app/b app-b-1');
    await watch.isReady(1);
    await create('app/c');
    await watch.hears('1 app/c app-c-1');
    await put('other', 'v2');
    await put('app/b', 'b2');
    await watch.hears('1 app/b b2');
    await admin.deleteSecret({ secretId: 'app/a', forceDeleteWithoutRecovery: true });
    await watch.hears('1 app/a ResourceNotFoundException');
  });

  it('tells of all secrets with a tag, while they have it', async () => {
    await create('tagged/a', [{ key: 'team', value: 'blue' }]);
    await create('tagged/b', [{ key: 'team', value: 'blues' }]);
    const watch = open();
    watch.add([1, tag('team', 'blue')]);
    await watch.hears('1 tagged/a tagged-a-1');
    await admin.tagResource({ secretId: 'tagged/b', tags: [{ key: 'team', value: 'blue' }] });
    await watch.hears('1 tagged/b tagged-b-1');
    await admin.untagResource({ secretId: 'tagged/a', tagKeys: ['team'] });
    await watch.hears('1 tagged/a ResourceNotFoundException');
    await put('tagged/a', 'a2');
    await put('tagged/b', 'b2');
    await watch.hears('1 tagged/b b2');
  });

  it('tells of what may not be read as GetSecretValue does, and of nothing that is not for the caller', async () => {
    await create('mine/open');
    await create('mine/closed');
    const policies = [
      allow('secretsmanager:GetSecretValue', 'arn:aws:secretsmanager:*:*:secret:mine/open-*'),
      allow('secretsmanager:ListSecrets'),
    ];
    const watch = open({ policies });
    watch.add([1, prefix('mine/')], [2, one('mine/closed')], [3, one('mine/absent')]);
    await watch.isReady(1, 2, 3);
    await watch.hears('2 mine/closed AccessDeniedException', '3 mine/absent AccessDeniedException', '1 mine/open mine-open-1');
    await put('mine/closed', 'c2');
    await put('mine/open', 'o2');
    await watch.hears('1 mine/open o2');
  });

  it.each<[string, [number, What, string?][], string]>([
    ['no watch', [], 'Add must have at least one watch in the first request.'],
    ['nothing to watch', [[1, undefined as unknown as What]], 'Add[0] must have a SecretId, a NamePrefix or a Tag.'],
    [
      'an id twice',
      [
        [1, one('a')],
        [1, one('b')],
      ],
      'Add[1].Id is already the id of a watch of this stream.',
    ],
    ['a bad name', [[1, one('a b')]], 'Add[0].SecretId'],
    ['a bad prefix', [[1, prefix('')]], 'Add[0].NamePrefix must be the start of a name.'],
    ['a bad tag', [[1, tag('', 'x')]], 'Add[0].Tag.Key must be the key of a tag.'],
    ['a token of something else', [[1, one('a'), 'xyz']], 'Add[0].ResumeToken is not a token of WatchSecrets.'],
    [
      'too many',
      Array.from({ length: 101 }, (_, id) => [id, one('a')] as [number, What]),
      'A stream takes at most 100 watches in all.',
    ],
    [
      'too many prefixes',
      Array.from({ length: 11 }, (_, id) => [id, prefix('a')] as [number, What]),
      'A stream takes at most 10 watches for prefixes and tags in all.',
    ],
  ])('refuses %s', async (_what, whats, message) => {
    const watch = open();
    watch.add(...whats);
    watch.stream.end();
    expect(await watch.ends()).toMatchObject({
      reason: 'InvalidParameterException',
      message: expect.stringContaining(message) as string,
    });
  });

  it('needs the right to list for what it has to list', async () => {
    const watch = open({ policies: [allow('secretsmanager:GetSecretValue')] });
    watch.add([1, prefix('a')]);
    expect(await watch.ends()).toMatchObject({ reason: 'AccessDeniedException' });
  });

  it('adds and removes watches, and each addition is in the trail before anything is told', async () => {
    await create('first');
    await create('second');
    const before = test.recorder.events.length;
    const watch = open();
    watch.add([1, one('first')]);
    await watch.isReady(1);
    watch.add([2, one('second')]);
    await watch.isReady(2);
    watch.send({ remove: [1] });
    watch.heard.notices.splice(0);
    await put('second', 's2');
    await watch.hears('2 second s2');
    await put('first', 'f2');
    await put('second', 's3');
    await watch.hears('2 second s3');
    const events = test.recorder.events.slice(before).filter(({ eventName }) => eventName === 'WatchSecrets');
    expect(events.map(({ resources }) => resources.map(({ arn }) => /secret:(.*)-/.exec(arn)![1]))).toEqual([
      ['first'],
      ['first', 'second'],
    ]);
    expect(events[1]!.responseElements).toEqual({ supersedesEventId: events[0]!.eventId });
  });

  it('is in the trail of the account that owns the secret, too, if it was permitted', async () => {
    await create('shared');
    await create('private');
    const resourcePolicy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: 'arn:aws:iam::111111111111:root' },
          Action: 'secretsmanager:GetSecretValue',
          Resource: '*',
        },
      ],
    });
    await admin.putResourcePolicy({ secretId: 'shared', resourcePolicy });
    const ofOther = async (name: string) => {
      const before = test.recorder.events.length;
      const watch = open({ accountId: '111111111111' });
      watch.add([1, one(`arn:aws:secretsmanager:us-east-1:000000000000:secret:${name}`)]);
      await watch.isReady(1);
      const events = test.recorder.events.slice(before).filter(({ eventName }) => eventName === 'WatchSecrets');
      return events.map(({ recipientAccountId }) => recipientAccountId).sort();
    };
    expect(await ofOther('shared')).toEqual(['000000000000', '111111111111']);
    expect(await ofOther('private')).toEqual(['111111111111']);
  });

  it('takes no more watches in its life than its event can name', async () => {
    const watch = open();
    for (let id = 0; id < 101; id++) {
      watch.add([id, one(`secret-${id}`)]);
      watch.send({ remove: [id] });
    }
    expect(await watch.ends()).toMatchObject({
      reason: 'InvalidParameterException',
      message: 'A stream takes at most 100 watches in all.',
    });
  });

  it('goes on where a stream ended: tells what has changed meanwhile', async () => {
    for (const name of ['resumed/a', 'resumed/b', 'resumed/c', 'resumed/d']) await create(name);
    const first = open();
    first.add([1, prefix('resumed/')], [2, one('resumed/a')], [3, one('resumed/b')]);
    await first.isReady(1, 2, 3);
    first.heard.notices.splice(0);
    await put('resumed/d', 'd2');
    await first.hears('1 resumed/d d2');
    await pollUntil(() => first.heard.tokens.length > 0, 30_000, 5);
    const resumeToken = first.heard.tokens.at(-1);
    first.stream.cancel();
    await put('resumed/b', 'b2');
    await create('resumed/e');
    await admin.deleteSecret({ secretId: 'resumed/c', forceDeleteWithoutRecovery: true });
    const second = open();
    second.add([1, prefix('resumed/'), resumeToken], [2, one('resumed/a'), resumeToken], [3, one('resumed/b'), resumeToken]);
    await second.isReady(1, 2, 3);
    await pollUntil(() => second.heard.notices.length >= 4, 30_000, 5);
    expect(second.heard.notices.splice(0).map(short).sort()).toEqual([
      '1 resumed/b b2',
      '1 resumed/c ResourceNotFoundException',
      '1 resumed/e resumed-e-1',
      '3 resumed/b b2',
    ]);
    await put('resumed/a', 'a2');
    await pollUntil(() => second.heard.notices.length >= 2, 30_000, 5);
    expect(second.heard.notices.splice(0).map(short).sort()).toEqual(['1 resumed/a a2', '2 resumed/a a2']);
  });

  it('tells everything if the caller may do other things than when the stream ended', async () => {
    await create('rights/a');
    await create('rights/b');
    const may = (name: string) => ({
      policies: [
        allow('secretsmanager:GetSecretValue', `arn:aws:secretsmanager:*:*:secret:rights/${name}-*`),
        allow('secretsmanager:ListSecrets'),
      ],
    });
    const first = open(may('a'));
    first.add([1, prefix('rights/')], [2, one('rights/b')]);
    await first.isReady(1, 2);
    await first.hears('1 rights/a rights-a-1', '2 rights/b AccessDeniedException');
    await put('rights/a', 'a2');
    await first.hears('1 rights/a a2');
    await pollUntil(() => first.heard.tokens.length > 0, 30_000, 5);
    const resumeToken = first.heard.tokens.at(-1);
    first.stream.cancel();
    const same = open(may('a'));
    same.add([1, prefix('rights/'), resumeToken]);
    await same.isReady(1);
    expect(same.heard.notices).toEqual([]);
    same.stream.cancel();
    const other = open(may('b'));
    other.add([1, prefix('rights/'), resumeToken], [2, one('rights/b'), resumeToken]);
    await pollUntil(() => other.heard.ready.length === 2, 30_000, 5);
    // Complete, so what was not told, as rights/a, matches no more.
    expect(other.heard.ready.map(({ complete }) => complete)).toEqual([true, true]);
    await other.hears('1 rights/b rights-b-1', '2 rights/b rights-b-1');
  });

  it('asks again for rights that depend on the time', async () => {
    await create('timed');
    const until = new Date(test.clock.millis() + 10 * 60_000).toISOString();
    const watch = open({
      policies: [allow('secretsmanager:GetSecretValue', '*', { DateLessThan: { 'aws:CurrentTime': until } })],
    });
    watch.add([1, one('timed')]);
    await watch.hears('1 timed timed-1');
    await pollUntil(() => watch.heard.tokens.length > 0, 30_000, 5);
    // A token that says nothing of rights: whoever comes back with it is told everything.
    expect(watch.heard.tokens.at(-1)).not.toContain('.');
    test.clock.advance(11 * 60_000);
    await watch.hears('1 timed AccessDeniedException');
  });

  it('takes the id of a watch that has been removed for another one', async () => {
    await create('before');
    await create('after');
    const watch = open();
    watch.add([1, one('before')]);
    await watch.isReady(1);
    watch.heard.notices.splice(0);
    for (let n = 0; n < 8; n++) {
      const name = n % 2 === 0 ? 'after' : 'before';
      watch.send({ remove: [1], add: [{ id: 1, what: one(name), resumeToken: '' }] });
      await watch.isReady(1);
    }
    watch.heard.notices.splice(0);
    await put('after', 'a2');
    await put('before', 'b2');
    await watch.hears('1 before b2');
  });

  it('hears of what another process has done', async () => {
    await create('elsewhere');
    const watch = open();
    watch.add([1, one('elsewhere')]);
    await watch.hears('1 elsewhere elsewhere-1');
    // As another process leaves it.
    const row = `account_id, region, name, arn_suffix`;
    await test.database.admin.query("UPDATE secret SET deleted_at = NOW(3), purge_at = NOW(3) WHERE name = 'elsewhere'");
    await test.database.admin.query(
      `INSERT INTO secret_change (${row}, changed_at) SELECT ${row}, UTC_TIMESTAMP(3) FROM secret WHERE name = 'elsewhere'`,
    );
    await watch.hears('1 elsewhere InvalidRequestException');
  });
});
