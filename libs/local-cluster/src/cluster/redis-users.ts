import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { Redis } from 'ioredis';
import { randomPassword, randomKey, writePrivateFile } from '../private-files';
import type { ClusterLayout } from './cluster-layout';
import { CONSOLE, redisUserNames, serviceNames, services, type RedisUserName } from './services';

const DAY = 24 * 3_600_000;
/** The age at which set-up replaces a service's password and key. Milliseconds. */
const ROTATE_AFTER = 30 * DAY;

/** A program's Redis password, and its key for the journal. */
interface RedisCredential {
  /** Names the key. */
  id: string;
  /** Epoch milliseconds. */
  createdAt: number;
  password: string;
  /** 32 bytes in base64. */
  key: string;
}

interface RedisCredentials {
  current: RedisCredential;
  /** The previous one, still valid for processes that have not restarted since. */
  previous?: RedisCredential;
}

const JOURNAL = 'strongroom:audit:journal';

/** The commands that every Redis client needs, and those with which the journal's producers check the server. */
const connecting = '+ping +quit +info +client|setname +config|get';

/** A service's own BullMQ keys; its scripts may do anything with them, and nothing with others. */
const onQueues = (queues: readonly string[]): string[] =>
  queues.length === 0
    ? []
    : [
        ...queues.map((queue) => `~strongroom:${queue}:*`),
        '+@read +@write +@transaction -@dangerous -@admin -function +eval +evalsha +script|load +script|exists',
        // Keys of others, by name or at random.
        '-scan -randomkey -dbsize -publish -spublish',
        connecting,
      ];

const onJournal: Readonly<Record<'producer' | 'reader', string>> = {
  producer: `(~${JOURNAL} +xadd +xlen)`,
  reader: `(~${JOURNAL} ~${JOURNAL}:* +xadd +xlen +xread +xrange +xrevrange +xdel +hget +hgetall +hset +hdel +watch +unwatch +multi +exec +discard)`,
};

/** The sessions of people who are signed in to the console, and attempts to sign in at a provider. */
const onSessions = ['~strongroom:console:session:* ~strongroom:console:sign-in:*', '+get +set +del', connecting];

/** The rules of a program's user, without its passwords. */
const rulesOf = (service: RedisUserName): string[] => {
  if (service === CONSOLE) return onSessions;
  const { redisQueues = [], readsJournal } = services[service];
  // Commands without keys cannot be in a selector alone: a transaction is one of the user's own rights.
  const transactions = readsJournal ? '+multi +exec +discard +unwatch' : '';
  return [connecting, '+wait', transactions, ...onQueues(redisQueues), onJournal[readsJournal ? 'reader' : 'producer']].filter(
    Boolean,
  );
};

/**
 * The users of a cluster's Redis and the keys of its journal. The default user belongs to the administrator; each service has its
 * own user, by its own name, with only the rights that it needs. So has the console, which writes no journal. Set-up rotates
 * passwords and keys: each service then has two valid ones, and uses the newer one after its next start.
 */
export class RedisUsers {
  constructor(
    private readonly layout: ClusterLayout,
    private readonly now: () => number = Date.now,
  ) {}

  /** Whether this cluster has had no users and no keys so far. */
  get isNew(): boolean {
    return !existsSync(this.masterFile(serviceNames[0]));
  }

  /**
   * Creates what is missing, gives every service a new password and a new key if the last are 30 days old, and writes the files
   * that services read.
   * @param unsignedUntil with the first keys: journal entries from before this instant may have no MAC. Epoch milliseconds.
   */
  provide(unsignedUntil = 0, { rotate = false } = {}): void {
    for (const service of redisUserNames) {
      const known = this.read(service);
      const isDue = !known || rotate || this.now() - known.current.createdAt > ROTATE_AFTER;
      const credentials = isDue ? { current: this.newCredential(), previous: known?.current } : known;
      if (isDue) writePrivateFile(this.masterFile(service), JSON.stringify(credentials));
      const { id, password, key } = credentials.current;
      writePrivateFile(this.layout.redisPasswordFile(service), `${password}\n`);
      if (service !== CONSOLE) writePrivateFile(this.layout.journalKeyFile(service), `${service} ${id} ${key}\n`);
    }
    const file = this.layout.journalKeysFile;
    const [first = `unsigned-until ${unsignedUntil}`] = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    const keys = serviceNames.flatMap((service) => this.credentialsOf(service).map(({ id, key }) => `${service} ${id} ${key}`));
    writePrivateFile(file, `${[first, ...keys].join('\n')}\n`);
  }

  /** Lines of redis-server's configuration: the administrator, who has this password, and every service. */
  configuration(administratorPassword: string): string[] {
    return [
      `user default reset on #${digest(administratorPassword)} ~* &* +@all`,
      ...redisUserNames.map((service) => `user ${service} ${this.rules(service).join(' ')}`),
    ];
  }

  /** The same on a running server. */
  async apply(administrator: Redis): Promise<void> {
    for (const service of redisUserNames) await administrator.call('ACL', 'SETUSER', service, ...splitRules(this.rules(service)));
  }

  private rules(service: RedisUserName): string[] {
    return ['reset on', ...this.credentialsOf(service).map(({ password }) => `#${digest(password)}`), ...rulesOf(service)];
  }

  private credentialsOf(service: RedisUserName): RedisCredential[] {
    const { current, previous } = this.read(service)!;
    return previous ? [current, previous] : [current];
  }

  private read(service: RedisUserName): RedisCredentials | undefined {
    const file = this.masterFile(service);
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as RedisCredentials) : undefined;
  }

  private masterFile(service: RedisUserName): string {
    return this.layout.redisCredentialsFile(service);
  }

  private newCredential(): RedisCredential {
    return { id: randomBytes(6).toString('hex'), createdAt: this.now(), password: randomPassword(), key: randomKey() };
  }
}

const digest = (password: string): string => createHash('sha256').update(password).digest('hex');

/** A selector in its parentheses is one word to Redis. */
const splitRules = (rules: readonly string[]): string[] =>
  rules.flatMap((rule) => (rule.startsWith('(') ? [rule] : rule.split(' ')));
