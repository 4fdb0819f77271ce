import { obeys, secretNumbers, secretTexts } from '@strongroom/field-rules';
import { secretsTexts } from '../../texts/secrets';

const texts = secretsTexts.create;

export type KindId = 'database' | 'api-key' | 'key-value' | 'ssh-key' | 'text' | 'file';

/** One field of a kind that is kept as a JSON object. */
export interface KindField {
  key: string;
  label: string;
  type: 'text' | 'password' | 'number' | 'key' | 'engine';
  isOptional?: boolean;
  placeholder?: string;
}

const { fields: labels } = texts;

/** What each kind's JSON object has, in the words that the built-in rotation functions understand. */
export const kindFields: Readonly<Partial<Record<KindId, readonly KindField[]>>> = {
  database: [
    { key: 'engine', label: labels.engine, type: 'engine' },
    { key: 'host', label: labels.host, type: 'text', placeholder: 'db.example.org' },
    { key: 'port', label: labels.port, type: 'number', isOptional: true },
    { key: 'dbname', label: labels.dbname, type: 'text', isOptional: true },
    { key: 'username', label: labels.username, type: 'text' },
    { key: 'password', label: labels.password, type: 'password' },
  ],
  'ssh-key': [
    { key: 'host', label: labels.host, type: 'text', isOptional: true, placeholder: 'server.example.org' },
    { key: 'username', label: labels.username, type: 'text', isOptional: true },
    { key: 'privateKey', label: labels.privateKey, type: 'key' },
    { key: 'passphrase', label: labels.passphrase, type: 'password', isOptional: true },
    { key: 'hostKey', label: labels.hostKey, type: 'text', isOptional: true },
  ],
};

/** The engines that `engine` of a database may name, with the port that each listens on. */
export const engines: Readonly<Record<string, { label: string; port: number }>> = {
  postgres: { label: 'PostgreSQL', port: 5_432 },
  mysql: { label: 'MySQL', port: 3_306 },
  mariadb: { label: 'MariaDB', port: 3_306 },
  redshift: { label: 'Amazon Redshift', port: 5_439 },
  mongodb: { label: 'MongoDB', port: 27_017 },
  redis: { label: 'Redis', port: 6_379 },
  // Of its management API, by which rotation changes passwords.
  rabbitmq: { label: 'RabbitMQ', port: 15_671 },
  sqlserver: { label: 'SQL Server', port: 1_433 },
  oracle: { label: 'Oracle', port: 1_521 },
};

export interface Pair {
  key: string;
  value: string;
}

/** What was typed, of any kind. */
export interface Draft {
  kind: KindId;
  /** By the keys of `kindFields`. */
  fields: Readonly<Record<string, string>>;
  pairs: readonly Pair[];
  text: string;
  file: Uint8Array | undefined;
}

export type SecretValue = { $case: 'secretString'; value: string } | { $case: 'secretBinary'; value: Uint8Array };

/** Faults by the field that they stand at: `fields.host`, `pairs`, `text` or `file`. */
export type Faults = Readonly<Record<string, string>>;

/** What becomes of a draft: the value as it is stored, or why it cannot be one. */
export function valueOf(draft: Draft): { value: SecretValue } | { faults: Faults } {
  switch (draft.kind) {
    case 'database':
    case 'ssh-key':
      return objectOf(kindFields[draft.kind] ?? [], draft.fields);
    case 'key-value':
      return pairsOf(draft.pairs);
    case 'api-key':
    case 'text':
      return draft.text
        ? sized({ $case: 'secretString', value: draft.text }, 'text')
        : { faults: { text: texts.faults.missing } };
    case 'file':
      return draft.file?.length
        ? sized({ $case: 'secretBinary', value: draft.file }, 'file')
        : { faults: { file: texts.faults.missing } };
  }
}

function objectOf(fields: readonly KindField[], typed: Readonly<Record<string, string>>) {
  const faults: Record<string, string> = {};
  const entries: [string, string | number][] = [];
  for (const { key, type, isOptional } of fields) {
    const text = type === 'password' || type === 'key' ? (typed[key] ?? '') : (typed[key] ?? '').trim();
    if (text === '') {
      if (!isOptional) faults[`fields.${key}`] = texts.faults.missing;
    } else if (type === 'number') {
      const isPort = /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65_535;
      if (isPort) entries.push([key, Number(text)]);
      else faults[`fields.${key}`] = texts.faults.port;
    } else {
      // A key in a file ends with a line end, which programs miss where it was lost in copying.
      entries.push([key, type === 'key' ? `${text.trimEnd()}\n` : text]);
    }
  }
  if (Object.keys(faults).length) return { faults };
  return sized({ $case: 'secretString', value: JSON.stringify(Object.fromEntries(entries)) }, `fields.${fields.at(-1)?.key}`);
}

function pairsOf(pairs: readonly Pair[]) {
  const filled = pairs.filter(({ key, value }) => key !== '' || value !== '');
  if (!filled.length) return { faults: { pairs: texts.faults.noPairs } };
  if (filled.some(({ key }) => key === '')) return { faults: { pairs: texts.faults.keyMissing } };
  const keys = filled.map(({ key }) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  if (twice !== undefined) return { faults: { pairs: texts.faults.keyTwice(twice) } };
  // Written by hand: as members of an object, `__proto__` would be lost, and numbers would come first.
  const members = filled.map(({ key, value }) => `${JSON.stringify(key)}:${JSON.stringify(value)}`);
  return sized({ $case: 'secretString', value: `{${members.join(',')}}` }, 'pairs');
}

/** Bytes of a value as it is stored. */
export const sizeOf = ({ $case, value }: SecretValue): number =>
  $case === 'secretBinary' ? value.length : new TextEncoder().encode(value).length;

function sized(value: SecretValue, field: string): { value: SecretValue } | { faults: Faults } {
  const size = sizeOf(value);
  return size > secretNumbers.valueSize.max
    ? { faults: { [field]: texts.faults.tooLarge(size, secretNumbers.valueSize.max) } }
    : { value };
}

/** Why a name cannot be one of a secret; undefined if it can. */
export const nameFault = (name: string): string | undefined =>
  name === '' ? texts.faults.nameMissing : obeys(secretTexts.name, name) ? undefined : texts.faults.name;

export const MAX_TAGS = 50;

/** Why these cannot be the tags of a secret; undefined if they can. */
export function tagFault(tags: readonly Pair[]): string | undefined {
  const filled = tags.filter(({ key, value }) => key !== '' || value !== '');
  if (filled.length > MAX_TAGS) return texts.faults.tooManyTags(MAX_TAGS);
  if (filled.some(({ key }) => !obeys(secretTexts.tagKey, key) || key.startsWith('aws:'))) return texts.faults.tagKey;
  if (filled.some(({ value }) => !obeys(secretTexts.tagValue, value))) return texts.faults.tagValue;
  const keys = filled.map(({ key }) => key);
  const twice = keys.find((key, index) => keys.indexOf(key) !== index);
  return twice === undefined ? undefined : texts.faults.keyTwice(twice);
}
