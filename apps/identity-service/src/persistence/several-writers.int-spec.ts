import { type Caller, callerForTests } from '@strongroom/access';
import { systemClock } from '@strongroom/clock';
import { type DatabaseConfig, migrateSchema, openDataSource } from '@strongroom/database';
import { SeededRandom } from '@strongroom/random';
import { createTestDatabase, describeWithGalera, startTestGalera, type TestDatabase, type TestGalera } from '@strongroom/testing';
import type { DataSource } from 'typeorm';
import { removeAccessKey, setKeyActive } from '../domain/access-keys';
import { removeBinding } from '../domain/certificate-bindings';
import { attachPolicyTo } from '../domain/identity-policies';
import { removePolicy } from '../domain/managed-policy-changes';
import { arnOfPolicy } from '../domain/managed-policy';
import { removeProvider } from '../domain/oidc-provider-changes';
import { holdSource, originOf } from '../domain/session-origin';
import type { Change } from '../domain/store.port';
import { uniqueId } from '../domain/unique-id';
import { entities } from './entities';
import { migrations } from './migrations';
import { DatabaseStore } from './store';

const ACCOUNT = '000000000000';
const NOW = new Date();
const random = new SeededRandom('several writers');

// A root key that nothing is sealed by: rows of access keys refer to it.
const FINGERPRINT = '00112233445566778899aabbccddeeff';
const SEALED = Buffer.from(`01${FINGERPRINT}00`, 'hex');

/** Lets nobody pass until it is opened. */
class Gate {
  open!: () => void;
  reached!: () => void;
  readonly isReached = new Promise<void>((resolve) => (this.reached = resolve));
  private readonly isOpen = new Promise<void>((resolve) => (this.open = resolve));

  readonly pass = async (): Promise<void> => {
    this.reached();
    await this.isOpen;
  };
}

describeWithGalera('identities on two nodes that write', () => {
  let galera: TestGalera;
  let database: TestDatabase;
  let sources: DataSource[];
  let stores: [DatabaseStore, DatabaseStore];
  let user: { id: string; name: string };

  beforeAll(async () => {
    galera = await startTestGalera();
    database = await createTestDatabase('writers', galera.cluster.nodes[0]);
    await migrateSchema(database, migrations);
    const { admin } = database;
    await admin.query('SET SESSION wsrep_sync_wait = 1');
    await admin.query('INSERT INTO root_key (slot, fingerprint, in_use) VALUES (1, ?, UNHEX(?))', [FINGERPRINT, FINGERPRINT]);
    const at = (node: number): DatabaseConfig => ({ ...database, ...galera.cluster.nodes[node]!, ...userOf(database) });
    sources = [await openDataSource({ database: at(0), entities }), await openDataSource({ database: at(1), entities })];
    stores = sources.map((source) => new DatabaseStore(source, systemClock)) as [DatabaseStore, DatabaseStore];
    user = { id: uniqueId('user', random), name: 'ada' };
    await change(0, async (stored) => {
      await stored.accounts.add({ accountId: ACCOUNT, displayName: 'test', createDate: NOW });
      await stored.identities.add({ ...user, accountId: ACCOUNT, kind: 'user', path: '/', createDate: NOW, tags: [] });
    });
  }, 120_000);
  afterAll(async () => {
    for (const source of sources ?? []) await source.destroy();
    await galera?.drop();
  });

  const change = <T>(store: 0 | 1, work: (stored: Change) => Promise<T>, beforeCommit?: () => Promise<void>): Promise<T> =>
    stores[store].change({ deadline: Date.now() + 20_000, beforeCommit }, work);

  /** Two transactions on two nodes, both of which have done their work before either commits; then they commit in this order. */
  const interleave = async (first: (stored: Change) => Promise<unknown>, second: (stored: Change) => Promise<unknown>) => {
    const gates = [new Gate(), new Gate()] as const;
    const [one, other] = [change(0, first, gates[0].pass), change(1, second, gates[1].pass)];
    const settled = Promise.allSettled([one, other]);
    await Promise.all(gates.map((gate) => gate.isReached));
    gates[0].open();
    await one.catch(() => undefined);
    gates[1].open();
    return settled;
  };

  const newSession = (origin: (stored: Change) => Promise<string>) => async (stored: Change) => {
    const source = await origin(stored);
    await stored.sessions.add({
      accessKeyId: uniqueId('session', random),
      tokenHash: random.bytes(32),
      sealedSecret: SEALED,
      accountId: ACCOUNT,
      identityId: user.id,
      source,
      ...{ tags: [], transitiveTagKeys: [], policies: [], policyArns: [] },
      issueTime: NOW,
      expireTime: new Date(NOW.getTime() + 3_600_000),
    });
  };
  const sessionsFrom = async (source: string): Promise<number> =>
    (await database.admin.query<never[]>('SELECT 1 FROM session WHERE source = ?', [source]))[0].length;
  const callerBy = (credentialId: string): Caller => ({ ...callerForTests({ name: user.name }), kind: 'user', credentialId });
  const held = (source: string) => async (stored: Change) => {
    if (!(await holdSource(stored, source))) throw new Error('the source is gone');
    return source;
  };

  /** How a credential is made, how a session begins with it, and what takes it away. */
  const credentials = {
    'an access key that is deleted': async () => {
      const key = { accessKeyId: uniqueId('access-key', random), userId: user.id, active: true, createDate: NOW };
      await change(0, (stored) => stored.accessKeys.add({ ...key, sealedSecret: SEALED }));
      return {
        source: key.accessKeyId,
        begin: newSession(async (stored) => (await originOf(stored, callerBy(`key:${key.accessKeyId}`))).source),
        take: (stored: Change) => removeAccessKey(stored, { ...key, sealedSecret: SEALED }),
      };
    },
    'an access key that is deactivated': async () => {
      const key = { accessKeyId: uniqueId('access-key', random), userId: user.id, active: true, createDate: NOW };
      await change(0, (stored) => stored.accessKeys.add({ ...key, sealedSecret: SEALED }));
      return {
        source: key.accessKeyId,
        begin: newSession(async (stored) => (await originOf(stored, callerBy(`key:${key.accessKeyId}`))).source),
        take: (stored: Change) => setKeyActive(stored, { ...key, sealedSecret: SEALED }, false),
      };
    },
    'a certificate that is unbound': async () => {
      const uri = `spiffe://strongroom.local/user/${uniqueId('user', random)}`;
      await change(0, (stored) => stored.bindings.add({ uri, accountId: ACCOUNT, identityId: user.id, createDate: NOW }));
      return {
        source: `cert:${uri}`,
        begin: newSession(async (stored) => (await originOf(stored, callerBy(`cert:${uri}`))).source),
        take: (stored: Change) => removeBinding(stored, uri),
      };
    },
    'a provider that is deleted': async () => {
      const arn = `arn:aws:iam::${ACCOUNT}:oidc-provider/${uniqueId('user', random)}`;
      const provider = { arn, accountId: ACCOUNT, issuer: 'https://x', clientIds: [], thumbprints: [], createDate: NOW };
      await change(0, (stored) => stored.oidcProviders.add(provider));
      return { source: arn, begin: newSession(held(arn)), take: (stored: Change) => removeProvider(stored, provider) };
    },
    'a password that is replaced': async () => {
      const profile = { userId: user.id, createDate: NOW, resetRequired: false, generation: 1 };
      await change(0, async (stored) => {
        if (!(await stored.loginProfiles.find(user.id))) await stored.loginProfiles.add(profile, user.name);
      });
      const source = `login:${user.id}`;
      const next = async (stored: Change) => {
        const now = (await stored.loginProfiles.find(user.id, 'change'))!;
        await stored.loginProfiles.update({ ...now, generation: now.generation + 1 });
        await stored.sessions.removeFrom(source);
      };
      return { source, begin: newSession(held(source)), take: next };
    },
  };

  it.each(Object.entries(credentials))('leaves no session of %s', async (_, make) => {
    for (const order of Array.from({ length: 10 }, (_one, index) => (index % 2 ? 'the session first' : 'the session last'))) {
      const { source, begin, take } = await make();
      const outcomes = order === 'the session first' ? await interleave(begin, take) : await interleave(take, begin);
      const [begun, taken] = order === 'the session first' ? outcomes : [...outcomes].reverse();
      expect([order, taken!.status]).toEqual([order, 'fulfilled']);
      // A session of the new password may stay, if it began after the replacement.
      const mayStay = source.startsWith('login:') && order === 'the session last' && begun!.status === 'fulfilled';
      expect([order, await sessionsFrom(source)]).toEqual([order, mayStay ? 1 : 0]);
      await database.admin.query('DELETE FROM session WHERE source = ?', [source]);
    }
  });

  it('lets sessions of one credential begin side by side', async () => {
    const { source, begin } = await credentials['an access key that is deleted']();
    const outcomes = await interleave(begin, begin);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled']);
    expect(await sessionsFrom(source)).toBe(2);
  });

  it('attaches no policy that is deleted, and keeps to quotas', async () => {
    const id = uniqueId('policy', random);
    const policy = {
      ...{ id, accountId: ACCOUNT, name: 'p', path: '/', description: '', defaultVersion: 1 },
      ...{ createDate: NOW, updateDate: NOW },
    };
    await change(0, (stored) => stored.policies.add(policy, '{}'));
    const arn = arnOfPolicy(policy);
    const reference = { arn, accountId: ACCOUNT, path: '/', name: 'p' };
    const attach = async (stored: Change) => {
      const identity = (await stored.identities.byId(user.id, 'change'))!;
      await attachPolicyTo(stored, identity, reference);
    };
    const remove = async (stored: Change) => {
      const found = await stored.policies.find(reference, 'change');
      if (found) await removePolicy(stored, found);
    };
    await interleave(attach, remove);
    const [attached] = await database.admin.query<never[]>('SELECT 1 FROM attachment WHERE policy_arn = ?', [arn]);
    const [stored] = await database.admin.query<never[]>('SELECT 1 FROM managed_policy WHERE arn = ?', [arn]);
    expect([attached.length, stored.length]).toEqual([1, 1]);

    const counts: number[] = [];
    const count = async (stored: Change) => {
      await stored.identities.byId(user.id, 'change');
      counts.push((await stored.accessKeys.of(user.id)).length);
      const key = { accessKeyId: uniqueId('access-key', random), userId: user.id, active: true, createDate: NOW };
      await stored.accessKeys.add({ ...key, sealedSecret: SEALED });
    };
    await interleave(count, count);
    // The second one was repeated, and saw the key of the first.
    expect(counts).toHaveLength(3);
    expect(counts[2]).toBe(counts[0]! + 1);
  });
});

const userOf = ({ user, password }: TestDatabase) => ({ user, password });
