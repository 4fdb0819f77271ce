import { EventIds, serviceEvent, type AuditRecorder } from '@strongroom/audit-trail';
import { openHotPool, type DatabaseConfig } from '@strongroom/database';
import type { RootKeys } from '@strongroom/envelope';
import type { Shell, ShellConfig } from '@strongroom/service';
import type { RootKeyConfig } from './config';
import { RootKeyKeeper } from './keeper';
import { protectByKms } from './kms';
import { measureRootKeys } from './metrics';
import { openRootKeys, type Opened } from './open';
import { enrollFile, Operator, type RecordDeed } from './operator';
import { OperatorSocket } from './operator-socket';
import { protectByToken } from './pkcs11';
import type { SealedTable } from './sealed-table';
import { RootKeyStore } from './store';
import { unattendedKinds } from './unattended';

export interface HeldRootKeys {
  readonly config: RootKeyConfig;
  readonly database: DatabaseConfig;
  /** All that the root keys seal. */
  readonly tables: readonly SealedTable[];
  readonly recorder: AuditRecorder;
  /** The source of the service's events, such as `kms.amazonaws.com`. */
  readonly eventSource: string;
}

/**
 * Opens the service's root keys, and keeps them as the database has them until the service stops. Where no provider opens by
 * itself, and somebody can, the service waits sealed: healthy, and not serving.
 *
 * @throws Error when nobody can open them
 */
export async function holdRootKeys(shell: Shell, held: HeldRootKeys): Promise<RootKeys> {
  const { config, database, tables } = held;
  const { clock, random, logger } = shell;
  const store = new RootKeyStore(shell.own('the pool for root keys', await openHotPool(database, { poolSize: 2, logger })));
  const kinds = unattendedKinds(config);
  const first = await openRootKeys({ store, config, kinds, random });
  const record = recordDeeds(shell, held);
  const operator = new Operator({
    store,
    clock,
    record,
    reasons: 'reasons' in first ? first.reasons : new Map<string, string>(),
    protectors: { file: enrollFile, pkcs11: protectByToken(config, random), kms: protectByKms(random) },
  });
  measureRootKeys(shell.metrics, operator);
  if (config.socket !== undefined) {
    shell.own('the socket for operators', await OperatorSocket.listen(config.socket, operator.handle.bind(operator)));
  }
  const { rootKeys, provider } = 'reasons' in first ? await waitSealed(shell, held, operator, first.reasons) : first;
  logger.info('the root keys are open', { name: provider, fingerprint: rootKeys.fingerprint });
  const keeper = new RootKeyKeeper({
    store,
    rootKeys,
    tables,
    random,
    logger,
    graceMs: config.graceMs,
    reopen: async () => {
      const again = await openRootKeys({ store, config, kinds, random });
      if ('rootKeys' in again) return again.rootKeys;
      throw new Error('the root key was rotated while this process was suspended: start it again, and open it');
    },
    onRetired: (fingerprint) => record('RetireRootKey', { fingerprint }),
  });
  shell.own('the root keys', keeper, () => keeper.stop());
  keeper.start();
  operator.serve(rootKeys, keeper);
  return rootKeys;
}

async function waitSealed(
  shell: Shell,
  { config }: HeldRootKeys,
  operator: Operator,
  reasons: ReadonlyMap<string, string>,
): Promise<Opened> {
  for (const [name, reason] of reasons) shell.logger.warn('a root key provider does not open', { name, reason });
  if (config.socket === undefined) {
    throw new Error('the root key needs somebody to open it, and STRONGROOM_ROOT_KEY_SOCKET is not set');
  }
  shell.logger.warn('sealed: waiting for somebody to open the root key');
  return shell.whileNotServing(operator.unsealed);
}

/** Events of what operators do: nobody calls, so they name the service as who did it. */
function recordDeeds(shell: Shell, { recorder, eventSource }: HeldRootKeys): RecordDeed {
  const { clock, random, name, config } = shell;
  const ids = new EventIds(clock, random);
  return (eventName, parameters) =>
    recorder.record(
      serviceEvent({
        service: name,
        eventId: ids.next(),
        eventTime: clock.now(),
        eventSource,
        eventName,
        awsRegion: config.region,
        recipientAccountId: config.accountId,
        userAgent: 'operator',
        requestParameters: parameters,
      }),
    );
}

/** Of a task beside the service, which neither keeps the root keys current nor waits for anybody. */
export async function openRootKeysOnce(
  { config, database }: Pick<HeldRootKeys, 'config' | 'database'>,
  random: Shell<ShellConfig>['random'],
): Promise<RootKeys> {
  const pool = await openHotPool(database, { poolSize: 1 });
  try {
    const kinds = unattendedKinds(config);
    const opened = await openRootKeys({ store: new RootKeyStore(pool), config, kinds, random });
    if ('rootKeys' in opened) return opened.rootKeys;
    const all = [...opened.reasons].map(([name, reason]) => `${name}: ${reason}`);
    throw new Error(`the root key needs somebody to open it; ${all.join('; ')}`);
  } finally {
    await pool.close();
  }
}
