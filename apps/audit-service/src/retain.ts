import { parseArgs } from 'node:util';
import { type Environment, migrationDatabaseConfig } from '@strongroom/config';
import { openHotPool } from '@strongroom/database';
import { keyService } from '@strongroom/methods';
import { Shell } from '@strongroom/service';
import { createLogger, Metrics } from '@strongroom/telemetry';
import { KeyServiceSealer } from './clients/key-service.sealer';
import { KeyServiceSigner } from './clients/key-service.signer';
import { readConfig } from './config';
import { Checkpoints } from './domain/checkpoints';
import { Retention, type Retained } from './domain/retention';
import { TrailCuts } from './domain/trail-cuts';
import { TrailTree } from './domain/trail-tree';
import { TreeCheck } from './domain/tree-check';
import { TrailVerifier } from './domain/verification';
import { DatabaseRetention } from './persistence/trail-removal';
import { DatabaseTrail } from './persistence/trail.repository';
import { DatabaseTree } from './persistence/tree.repository';

const USAGE = 'usage: main.js retain --days <1 to 36500> [--dry-run]';
const MAX_DAYS = 36_500;

/**
 * `main.js retain --days N`: removes events that are older, with the user of the migrations, because the one that serves may not
 * remove anything. Needs the environment of the service and of `main.js migrate`. Prints a line for each account.
 *
 * @throws Error if the trail of an account could not be cut; those of the others were
 */
export const retain = async (env: Environment, args: readonly string[]): Promise<void> => {
  const { days, isDry } = parse(args);
  const config = readConfig(env);
  const { region, trustDomain } = config;
  const name = 'audit-service';
  const logger = createLogger({
    service: name,
    level: config.logLevel,
    destination: { write: (line) => process.stderr.write(line) },
  });
  const shell = new Shell({ name, config, logger, metrics: new Metrics({ service: name }) });
  const { clock, random } = shell;
  try {
    const pool = shell.own('the pool of the trail', await openHotPool(migrationDatabaseConfig(env), { logger }));
    const keys = shell.client(keyService, 'crypto-keyservice', config.keyserviceAddress);
    const [trail, trees] = [new DatabaseTrail(pool), new DatabaseTree(pool)];
    const tree = new TrailTree(trees);
    const cutSealer = new KeyServiceSealer(keys, 'strongroom audit cut');
    const cuts = new TrailCuts(trees, cutSealer);
    const cluster = { trustDomain, region };
    const signer = new KeyServiceSigner(keys);
    const checkpoints = new Checkpoints({ store: trees, reader: trail, tree, signer, clock, cluster });
    const sealer = new KeyServiceSealer(keys, 'strongroom audit seal');
    // Ends of chains are not looked at here.
    const anchor = { read: () => Promise.resolve(undefined) };
    const treeCheck = new TreeCheck(trees, tree, trees, checkpoints);
    const retention = new Retention({
      store: new DatabaseRetention(pool),
      cuts,
      verifier: new TrailVerifier(trail, sealer, anchor, clock, { most: Infinity, cuts, tree: treeCheck }),
      sealer: cutSealer,
      recorder: await shell.journal(config.redis),
      clock,
      random,
      region,
    });
    const refused: string[] = [];
    for await (const retained of retention.run(days, isDry)) {
      process.stdout.write(`${lineOf(retained, isDry)}\n`);
      if (retained.refusal !== undefined) refused.push(retained.accountId);
    }
    if (refused.length > 0) throw new Error(`the trails of these accounts were not cut: ${refused.join(', ')}`);
  } finally {
    await shell.stop(0);
  }
};

const parse = (args: readonly string[]): { days: number; isDry: boolean } => {
  const refuse = (): never => {
    throw new Error(USAGE);
  };
  const options = { days: { type: 'string' }, 'dry-run': { type: 'boolean' } } as const;
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true });
    const days = /^\d{1,5}$/.test(values.days ?? '') ? Number(values.days) : 0;
    return days >= 1 && days <= MAX_DAYS ? { days, isDry: values['dry-run'] ?? false } : refuse();
  } catch {
    return refuse();
  }
};

const lineOf = ({ accountId, cutAt, removed, refusal }: Retained, isDry: boolean): string => {
  if (refusal !== undefined) return `${accountId}: nothing was removed: ${refusal}`;
  if (cutAt === 0) return `${accountId}: nothing to remove`;
  if (isDry) return `${accountId}: would keep the events after ${cutAt}`;
  return `${accountId}: removed ${removed} events; the trail begins after ${cutAt}`;
};
