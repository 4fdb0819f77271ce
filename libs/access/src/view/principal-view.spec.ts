import { ManualClock } from '@strongroom/clock';
import {
  type Credential,
  type Principal,
  Principal as PrincipalMessage,
  PrincipalKind,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { SeededRandom } from '@strongroom/random';
import { ManualScheduler } from './manual-scheduler.testing';
import type { DirectoryListener, PrincipalDirectory } from './principal-directory.port';
import { PrincipalView, SILENCE_LIMIT } from './principal-view';

/** identity-service as the view sees it; the test says what is true, and when it is heard. */
class FakeDirectory implements PrincipalDirectory {
  readonly principals = new Map<string, Principal>();
  readonly streams: { listener: DirectoryListener; open: boolean; asked: { id: bigint; key: string }[] }[] = [];
  /** Questions on the stream are answered by the test. */
  manual = false;
  reachable = true;
  resolved = 0;

  get stream() {
    return this.streams.at(-1)!;
  }

  watch(listener: DirectoryListener) {
    const stream = { listener, open: true, asked: [] as { id: bigint; key: string }[] };
    this.streams.push(stream);
    return {
      ask: (id: bigint, credential: Credential) => {
        stream.asked.push({ id, key: keyOf(credential) });
        if (!this.manual) setImmediate(() => this.answer(stream.asked.length - 1, stream));
      },
      close: () => {
        if (!stream.open) return;
        stream.open = false;
        listener.ended();
      },
    };
  }

  answer(index = this.stream.asked.length - 1, stream = this.stream, principal?: Principal): void {
    const { id, key } = stream.asked[index]!;
    const known = principal ?? this.principals.get(key);
    if (stream.open)
      stream.listener.resolved({ requestId: id, principal: known, subjects: known ? [key, known.userId, 'group-1'] : [key] });
  }

  async resolve(credential: Credential): Promise<Principal | undefined> {
    this.resolved++;
    if (!this.reachable) throw new Error('away');
    return this.principals.get(keyOf(credential));
  }

  end(): void {
    this.stream.open = false;
    this.stream.listener.ended();
  }
}

const keyOf = ({ credential }: Credential): string =>
  credential?.$case === 'certificateUri' ? `cert:${credential.value}` : String(credential?.value);

const principal = (name: string, more: Partial<Principal> = {}): Principal =>
  PrincipalMessage.fromPartial({
    credentialId: `cert:${name}`,
    kind: PrincipalKind.USER,
    arn: `arn:aws:iam::000000000000:user/${name}`,
    accountId: '000000000000',
    userId: `AIDA-${name}`,
    userName: name,
    ...more,
  });

const setup = (limits: { maxPrincipals?: number; maxAbsent?: number } = {}) => {
  const directory = new FakeDirectory();
  const scheduler = new ManualScheduler();
  const clock = new ManualClock();
  const view = new PrincipalView({
    directory,
    scheduler,
    clock,
    random: new SeededRandom('view'),
    trustDomain: 'strongroom.local',
    accountId: '000000000000',
    ...limits,
  });
  directory.principals.set('cert:ann', principal('ann'));
  directory.stream.listener.heartbeat();
  return { directory, scheduler, clock, view, stream: () => directory.stream };
};

describe('PrincipalView', () => {
  it('asks once, and then answers from memory', async () => {
    const { view, directory } = setup();
    const [one, two] = await Promise.all([view.byCertificate('ann'), view.byCertificate('ann')]);
    expect(one).toMatchObject({ kind: 'user', userName: 'ann' });
    expect(two).toBe(one);
    expect(await view.byCredentialId('cert:ann')).toBe(one);
    expect(directory.stream.asked).toHaveLength(1);
    expect(directory.resolved).toBe(0);
  });

  it('has the same revision for as long as all its answers would be the same', async () => {
    const { view, directory, scheduler, stream } = setup();
    await view.byCertificate('ann');
    const first = view.revision;
    expect(first).toBeDefined();
    await view.byCertificate('ann');
    stream().listener.invalidated(['AIDA-somebody-else']);
    expect(view.revision).toBe(first);
    stream().listener.invalidated(['AIDA-ann']);
    expect(view.revision).not.toBe(first);
    const second = view.revision;
    // Answered beside the stream, so nobody will say when it is another answer.
    directory.manual = true;
    const asked = view.byCertificate('ann');
    await scheduler.advance(500);
    stream().listener.heartbeat();
    await scheduler.advance(550);
    await asked;
    expect(view.revision).toBeDefined();
    expect(view.revision).not.toBe(second);
    await scheduler.advance(SILENCE_LIMIT + 1);
    expect(view.revision).toBeUndefined();
  });

  it('asks again for what was invalidated, and only for that', async () => {
    const { view, directory, stream } = setup();
    directory.principals.set('cert:bob', principal('bob'));
    await view.byCertificate('ann');
    await view.byCertificate('bob');
    directory.principals.delete('cert:ann');
    stream().listener.invalidated(['AIDA-ann']);
    expect(await view.byCertificate('ann')).toBeUndefined();
    expect(await view.byCertificate('bob')).toBeDefined();
    expect(directory.stream.asked.map(({ key }) => key)).toEqual(['cert:ann', 'cert:bob', 'cert:ann']);
    stream().listener.invalidated(['group-1']);
    await view.byCertificate('bob');
    stream().listener.invalidated('all');
    await view.byCertificate('bob');
    expect(directory.stream.asked).toHaveLength(5);
  });

  it('remembers that a certificate is nobody’s until it is somebody’s', async () => {
    const { view, directory, stream } = setup();
    expect(await view.byCertificate('new')).toBeUndefined();
    expect(await view.byCertificate('new')).toBeUndefined();
    expect(directory.stream.asked).toHaveLength(1);
    directory.principals.set('cert:new', principal('new'));
    stream().listener.invalidated(['cert:new']);
    expect(await view.byCertificate('new')).toBeDefined();
  });

  it('trusts nothing after silence, not even when it is broken', async () => {
    const { view, directory, scheduler, stream } = setup();
    await view.byCertificate('ann');
    scheduler.stall(SILENCE_LIMIT);
    expect(view.current).toBe(true);
    scheduler.stall(1);
    expect(view.current).toBe(false);
    directory.principals.delete('cert:ann');
    expect(await view.byCertificate('ann')).toBeUndefined();
    expect(directory.resolved).toBe(1);
    const late = stream();
    late.listener.heartbeat();
    expect(view.current).toBe(false);
    expect(late.open).toBe(false);
    expect(view.size).toBe(0);
  });

  it('asks every time while it is not current, and fails when it can’t', async () => {
    const { view, directory } = setup();
    await view.byCertificate('ann');
    directory.end();
    expect(view.current).toBe(false);
    await view.byCertificate('ann');
    await view.byCertificate('ann');
    expect(directory.resolved).toBe(2);
    directory.reachable = false;
    await expect(view.byCertificate('ann')).rejects.toMatchObject({ kind: 'unavailable' });
  });

  it('opens a new stream after a while that grows, and starts from nothing', async () => {
    const { view, directory, scheduler } = setup();
    await view.byCertificate('ann');
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      directory.end();
      const [count, begun] = [directory.streams.length, scheduler.monotonic()];
      while (directory.streams.length === count) await scheduler.advance(5);
      waits.push(scheduler.monotonic() - begun);
    }
    expect(waits[0]).toBeLessThanOrEqual(80);
    expect(Math.max(...waits)).toBeGreaterThan(1_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(3_005);
    expect(view.current).toBe(false);
    directory.stream.listener.heartbeat();
    expect(view.current).toBe(true);
    await view.byCertificate('ann');
    expect(directory.stream.asked).toHaveLength(1);
  });

  it('gives up a stream that falls silent or never speaks', async () => {
    const { directory, scheduler } = setup();
    await scheduler.advance(SILENCE_LIMIT + 300);
    expect(directory.streams[0]!.open).toBe(false);
    await scheduler.advance(200);
    expect(directory.streams).toHaveLength(2);
    await scheduler.advance(3_500);
    expect(directory.streams[1]!.open).toBe(false);
  });

  it('does not hear a stream that it gave up', async () => {
    const { view, directory, scheduler } = setup();
    await view.byCertificate('ann');
    directory.manual = true;
    const asked = view.byCertificate('other');
    const old = directory.stream;
    directory.end();
    // The question is asked again elsewhere.
    expect(await asked).toBeUndefined();
    await scheduler.advance(100);
    old.open = true;
    directory.answer(1, old, principal('other'));
    old.listener.heartbeat();
    expect(view.current).toBe(false);
    expect(view.size).toBe(0);
  });

  it('asks elsewhere when a question is not answered in a second', async () => {
    const { view, directory, scheduler, stream } = setup();
    directory.manual = true;
    const asked = view.byCertificate('ann');
    for (let i = 0; i < 10; i++) {
      await scheduler.advance(100);
      stream().listener.heartbeat();
    }
    expect((await asked)?.userName).toBe('ann');
    expect(directory.resolved).toBe(1);
    // The late answer is not held: nobody knows what it missed.
    directory.answer();
    expect(view.size).toBe(0);
  });

  it('lets nobody in past the end of a session', async () => {
    const { view, directory, clock } = setup();
    directory.principals.set(
      'session:1',
      principal('s', { expireTime: new Date(clock.millis() + 1_000), credentialId: 'session:1' }),
    );
    expect(await view.byCredentialId('session:1')).toBeDefined();
    clock.advance(999);
    expect(await view.byCredentialId('session:1')).toBeDefined();
    clock.advance(1);
    expect(await view.byCredentialId('session:1')).toBeUndefined();
    expect(view.size).toBe(0);
  });

  it('holds only so many, and invented credentials push no real ones out', async () => {
    const { view, directory } = setup({ maxPrincipals: 2, maxAbsent: 3 });
    directory.principals.set('cert:bob', principal('bob'));
    directory.principals.set('cert:cid', principal('cid'));
    for (const name of ['ann', 'bob']) await view.byCertificate(name);
    for (let i = 0; i < 50; i++) await view.byCertificate(`invented-${i}`);
    expect(view.size).toBe(5);
    const questions = () => directory.stream.asked.length;
    const before = questions();
    await view.byCertificate('ann');
    expect(questions()).toBe(before);
    // ann was used last, so bob leaves.
    await view.byCertificate('cid');
    await view.byCertificate('ann');
    expect(questions()).toBe(before + 1);
    await view.byCertificate('bob');
    expect(questions()).toBe(before + 2);
  });

  it('holds fewer principals that have large policies', async () => {
    const { view, directory } = setup({ maxPrincipals: 10 });
    const statement = { Sid: 'S'.repeat(6_000), Effect: 'Allow', Action: '*', Resource: '*' };
    const policies = [{ name: 'p', document: JSON.stringify({ Version: '2012-10-17', Statement: statement }) }];
    for (const name of ['bob', 'cid', 'dan', 'eve']) {
      directory.principals.set(`cert:${name}`, principal(name, { policies }));
      await view.byCertificate(name);
    }
    expect(view.size).toBe(2);
  });

  it('knows services by themselves, and refuses what cannot be a token without asking', async () => {
    const { view, directory } = setup();
    directory.reachable = false;
    directory.end();
    expect((await view.byCertificate('spiffe://strongroom.local/service/secrets-api'))?.kind).toBe('service');
    expect((await view.byCredentialId('cert:spiffe://strongroom.local/service/secrets-api'))?.kind).toBe('service');
    for (const token of ['', 'abc', `srs_${'x'.repeat(44)}`]) expect(await view.byToken(token)).toBeUndefined();
  });

  it('ends', async () => {
    const { view, directory, scheduler } = setup();
    await view.byCertificate('ann');
    view.close();
    expect(directory.stream.open).toBe(false);
    await scheduler.advance(10_000);
    expect(directory.streams).toHaveLength(1);
  });
});
