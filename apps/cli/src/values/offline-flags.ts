import { DAY, HOUR, MINUTE } from '@strongroom/clock';
import { type Command, Option } from 'commander';
import type { Cli } from '../cli';
import { usageError } from '../cli-error';
import { durationOption, inWords } from '../options/duration';
import { sessionOptions } from '../session/session-options';
import { FileKey, KeychainKey } from './offline-key';
import { OfflineSource } from './offline-source';
import { offlineDirectory, OfflineStore } from './offline-store';
import type { SecretSource } from './secret-source';

/** What the command line says of the offline cache. */
export interface OfflineFlags {
  offline?: boolean;
  offlineCache?: boolean;
  cacheKeyFile?: string;
  /** Milliseconds. */
  maxOfflineAge: number;
}

const DEFAULT_MAX_AGE_MS = 24 * HOUR;

export const addOfflineOptions = (command: Command): Command =>
  command
    .option('--offline', 'use the offline cache while the cluster cannot be reached; never what the cluster refuses')
    .option('--offline-cache', 'keep what is read in an encrypted cache, for --offline')
    .option('--cache-key-file <file>', 'the key of the offline cache, an age identity; default: in the keychain of the system')
    .addOption(
      new Option('--max-offline-age <duration>', 'how old a value of the offline cache may be')
        .argParser(durationOption({ min: MINUTE, max: 365 * DAY }))
        .default(DEFAULT_MAX_AGE_MS, inWords(DEFAULT_MAX_AGE_MS)),
    );

/** The source itself, or with the offline cache beside it. */
export const withOfflineCache = async (
  source: SecretSource,
  flags: OfflineFlags,
  cli: Cli,
): Promise<SecretSource & Partial<Pick<OfflineSource, 'forget'>>> => {
  const { offline = false, offlineCache = false, cacheKeyFile, maxOfflineAge } = flags;
  if (!offline && !offlineCache) {
    if (cacheKeyFile !== undefined) throw usageError('--cache-key-file is for --offline and --offline-cache: give one of them');
    return source;
  }
  const { addresses } = await sessionOptions(cli.sessionFlags, cli.terminal.env);
  const key = cacheKeyFile === undefined ? new KeychainKey() : new FileKey(cacheKeyFile);
  return new OfflineSource(source, {
    store: new OfflineStore(offlineDirectory(cli.terminal.env), key),
    cluster: `${cli.flags.profile ?? ''} ${addresses.secrets ?? ''}`,
    keep: offlineCache,
    use: offline,
    maxAgeMs: maxOfflineAge,
    note: (text) => cli.printer.note(`strongroom: ${text}`),
  });
};
