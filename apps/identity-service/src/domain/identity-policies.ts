import { limitExceeded, noSuchEntity } from './iam-errors';
import { type Identity, KIND_TITLES } from './identity';
import { noSuchPolicy, notAttachable, type PolicyReference } from './managed-policy';
import { type NamedDocument, sizeOfDocument } from './policy-document';
import { ATTACHED_POLICIES, INLINE_POLICIES_SIZE } from './quotas';
import type { Change, Lock, Repositories } from './store.port';

// What makes up the permissions of an identity: policies attached and inline, and its boundary. The identity must be held alone.

/**
 * Requires a policy that can be attached to identities of `accountId` or limit them. By default it is held alone until the
 * transaction ends, so that nobody deletes it meanwhile; a session may name one that is deleted later, so it needs only `use`.
 * @throws NoSuchEntity
 */
export async function usablePolicy(
  repositories: Repositories,
  reference: PolicyReference,
  accountId: string,
  lock: Lock = 'change',
): Promise<void> {
  const reachable = reference.accountId === 'aws' || reference.accountId === accountId;
  const found = reachable ? await repositories.policies.find(reference, lock) : undefined;
  if (!found) throw notAttachable(reference.arn);
}

/** @throws NoSuchEntity, LimitExceeded */
export async function attachPolicyTo(change: Change, identity: Identity, policy: PolicyReference): Promise<void> {
  await usablePolicy(change, policy, identity.accountId);
  await change.attachments.add(identity.id, policy.arn);
  if ((await change.attachments.of(identity.id)).length > ATTACHED_POLICIES) {
    throw limitExceeded(`Cannot exceed quota for PoliciesPer${KIND_TITLES[identity.kind]}: ${ATTACHED_POLICIES}`);
  }
  change.changed(identity.id);
}

/** @throws NoSuchEntity */
export async function detachPolicyFrom(change: Change, identity: Identity, policy: PolicyReference): Promise<void> {
  if (!(await change.attachments.remove(identity.id, policy.arn))) throw noSuchPolicy(policy.arn);
  change.changed(identity.id);
}

export const noSuchInlinePolicy = (name: string) => noSuchEntity(`The policy with name ${name} cannot be found.`);

/** @throws LimitExceeded when all inline policies of the identity together are too large */
export async function putPolicyInto(change: Change, identity: Identity, policy: NamedDocument): Promise<void> {
  await change.inlinePolicies.put(identity.id, policy);
  const all = await change.inlinePolicies.of(identity.id);
  const most = INLINE_POLICIES_SIZE[identity.kind];
  if (all.reduce((size, one) => size + sizeOfDocument(one.document), 0) > most) {
    throw limitExceeded(`Maximum policy size of ${most} bytes exceeded for ${identity.kind} ${identity.name}`);
  }
  change.changed(identity.id);
}

/** @throws NoSuchEntity */
export async function removePolicyFrom(change: Change, identity: Identity, policyName: string): Promise<void> {
  if (!(await change.inlinePolicies.remove(identity.id, policyName))) throw noSuchInlinePolicy(policyName);
  change.changed(identity.id);
}

/** @throws NoSuchEntity */
export async function putBoundary(change: Change, identity: Identity, policy: PolicyReference): Promise<void> {
  await usablePolicy(change, policy, identity.accountId);
  await change.identities.update({ ...identity, permissionsBoundary: policy.arn });
  change.changed(identity.id);
}

/** @throws NoSuchEntity */
export async function removeBoundary(change: Change, identity: Identity): Promise<void> {
  const { kind, name, permissionsBoundary } = identity;
  if (permissionsBoundary === undefined) throw noSuchEntity(`The ${kind} with name ${name} has no permissions boundary.`);
  await change.identities.update({ ...identity, permissionsBoundary: undefined });
  change.changed(identity.id);
}
