import type { SecretWatch } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { invalidParameter } from '@strongroom/errors';
import { obeys, secretTexts } from '@strongroom/field-rules';
import type { Secret } from '../../domain/secret';
import type { SecretFilter } from '../../domain/secret-filter';
import { readSecretId } from '../../domain/secret-reference';
import type { ChangePosition } from '../../domain/watch/change-feed.port';
import type { Watcher } from '../../domain/watch/change-hub';

interface AnyWatch {
  readonly id: number;
  /** The owner of what is watched. */
  readonly accountId: string;
  /** Where the hub keeps it. */
  readonly places: readonly Omit<Watcher, 'changed'>[];
  watchers: readonly Watcher[];
  /** By ARN, or '' for the only one: what has been told of it. */
  readonly told: Map<string, { name: string; digest: string }>;
  isReady: boolean;
  /** Where an earlier stream ended; undefined once what has changed since is told, or if there was none. */
  resumeFrom: ChangePosition | undefined;
  /** What has to be looked at, names by ARN. */
  due: 'all' | Map<string, string>;
}

/** Watches one secret, by the name or ARN that the caller gave. */
export interface NarrowWatch extends AnyWatch {
  readonly kind: 'one';
  readonly secretId: string;
  /** What it may be called. */
  readonly names: readonly string[];
}

/** Watches all secrets of the caller's account that match. */
export interface BroadWatch extends AnyWatch {
  readonly kind: 'broad';
  readonly tag?: { key: string; value: string };
  /** For the trail. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** For a list that has all that match, and perhaps others. */
  readonly filters: SecretFilter[];
  /** Whether a secret with this name may match. */
  mayMatch(name: string): boolean;
  matches(secret: Secret): boolean;
}

export type Watch = NarrowWatch | BroadWatch;

/** @throws InvalidParameterException naming the field */
export function readWatch(
  { id, what }: SecretWatch,
  { accountId, region, field }: { accountId: string; region: string; field: string },
): Watch {
  const common = { id, watchers: [], told: new Map(), isReady: false, resumeFrom: undefined, due: new Map() };
  switch (what?.$case) {
    case 'secretId': {
      const target = readSecretId(what.value, { accountId, region }, `${field}.SecretId`);
      const names = [...new Set(target.keys.map(({ name }) => name))];
      const places = names.map((name) => ({ accountId: target.accountId, name }));
      return { ...common, kind: 'one', accountId: target.accountId, secretId: what.value, names, places };
    }
    case 'namePrefix': {
      const prefix = what.value;
      if (prefix === '' || !obeys(secretTexts.name, prefix))
        throw invalidParameter(`${field}.NamePrefix must be the start of a name.`);
      return {
        ...common,
        kind: 'broad',
        accountId,
        places: [{ accountId }],
        parameters: [[`watch ${id} namePrefix`, prefix]],
        filters: [{ key: 'name', anyOf: [{ negated: false, prefixes: [prefix] }] }],
        mayMatch: (name) => name.startsWith(prefix),
        matches: ({ name }) => name.startsWith(prefix),
      };
    }
    case 'tag': {
      const { key, value } = what.value;
      if (!obeys(secretTexts.tagKey, key)) throw invalidParameter(`${field}.Tag.Key must be the key of a tag.`);
      if (!obeys(secretTexts.tagValue, value)) throw invalidParameter(`${field}.Tag.Value must be the value of a tag.`);
      return {
        ...common,
        kind: 'broad',
        accountId,
        tag: { key, value },
        places: [{ accountId }],
        parameters: [[`watch ${id} tag`, `${key}=${value}`]],
        filters: [{ key: 'tag-key', anyOf: [{ negated: false, prefixes: [key] }] }],
        mayMatch: () => true,
        matches: ({ tags }) => tags.get(key) === value,
      };
    }
    default:
      throw invalidParameter(`${field} must have a SecretId, a NamePrefix or a Tag.`);
  }
}
