import { ConfigError, parseJournalKey, readSecretFile } from '@strongroom/config';

const variable = 'STRONGROOM_JOURNAL_KEYS_FILE';
/** A forger can name keys that do not exist, so the file is read again at most this often. Milliseconds. */
const rereadAfter = 1_000;

interface Keys {
  unsignedUntil: number;
  byName: ReadonlyMap<string, Buffer>;
}

/**
 * The keys of all producers, as cluster set-up wrote them: a line `unsigned-until <epoch milliseconds>`, then a line `producer id
 * key` for each key. An unknown key makes us read the file again, because set-up renews keys while we run.
 */
export class EntryKeys {
  private keys: Keys;
  private readAt = 0;

  /** @throws ConfigError */
  constructor(
    private readonly file: string,
    private readonly now: () => number = Date.now,
  ) {
    this.keys = readKeys(file);
    this.readAt = now();
  }

  /** Entries from before this instant may have no MAC, because the journal had no keys yet. Epoch milliseconds. */
  get unsignedUntil(): number {
    return this.keys.unsignedUntil;
  }

  readonly find = (producer: string, keyId: string): Buffer | undefined => {
    const name = `${producer} ${keyId}`;
    const known = this.keys.byName.get(name);
    if (known || this.now() - this.readAt < rereadAfter) return known;
    this.readAt = this.now();
    this.keys = readKeys(this.file);
    return this.keys.byName.get(name);
  };
}

const readKeys = (file: string): Keys => {
  const [first = '', ...lines] = readSecretFile(file, variable).split('\n');
  const until = /^unsigned-until (\d{1,15})$/.exec(first)?.[1];
  const keys = lines.map(parseJournalKey);
  if (until === undefined || keys.length === 0 || keys.includes(undefined)) {
    throw new ConfigError([
      `${variable}: the file ${file} must hold the line "unsigned-until <epoch milliseconds>", then lines "producer id key"`,
    ]);
  }
  return {
    unsignedUntil: Number(until),
    byName: new Map(keys.flatMap((key) => (key ? [[`${key.producer} ${key.id}`, key.key] as const] : []))),
  };
};
