import { withoutTags, withTags } from './field-rules';
import type { Identity, Tag } from './identity';
import type { Change } from './store.port';

// The identity must be held alone.

/** @throws LimitExceeded */
export async function tagIdentity(change: Change, identity: Identity, tags: readonly Tag[]): Promise<void> {
  await change.identities.update({ ...identity, tags: withTags(identity.tags, tags) });
  change.changed(identity.id);
}

export async function untagIdentity(change: Change, identity: Identity, tagKeys: readonly string[]): Promise<void> {
  await change.identities.update({ ...identity, tags: withoutTags(identity.tags, tagKeys) });
  change.changed(identity.id);
}

/** Sessions that are under way go on: a trust policy decides who may begin one. */
export async function replaceTrustPolicy(change: Change, role: Identity, trustPolicy: string): Promise<void> {
  await change.identities.update({ ...role, role: { ...role.role!, trustPolicy } });
}
