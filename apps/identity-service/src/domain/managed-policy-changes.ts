import { builtInPolicy } from './built-in-policies';
import { deleteConflict, limitExceeded } from './iam-errors';
import { arnOfPolicy, type ManagedPolicy, noSuchVersion, type PolicyVersion, refuseBuiltIn, versionId } from './managed-policy';
import { POLICY_VERSIONS } from './quotas';
import type { Change, Repositories } from './store.port';

// A policy that is changed must be held alone.

export async function addPolicy(change: Change, policy: ManagedPolicy, document: string): Promise<void> {
  await change.policies.add(policy, document);
  // Principals can refer to a policy of this name that was deleted, in session policies.
  change.changed(arnOfPolicy(policy));
}

/** @throws InvalidInput, DeleteConflict */
export async function removePolicy(change: Change, policy: ManagedPolicy): Promise<void> {
  refuseBuiltIn(policy);
  const arn = arnOfPolicy(policy);
  if (await change.attachments.isUsed(arn)) throw deleteConflict('Cannot delete a policy attached to entities.');
  if ((await change.policies.versions(policy.id)).length > 1) {
    throw deleteConflict(
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. " +
        'The default version is deleted with the policy.',
    );
  }
  await change.policies.remove(policy.id);
  change.changed(arn);
}

/** Of a policy that comes with Strongroom there is the version in force, and no other. */
export async function versionsOf(stored: Repositories, policy: ManagedPolicy): Promise<PolicyVersion[]> {
  const builtIn = builtInPolicy(arnOfPolicy(policy));
  if (!builtIn) return stored.policies.versions(policy.id);
  return [{ version: builtIn.defaultVersion, document: builtIn.document, createDate: builtIn.updateDate }];
}

/** @throws InvalidInput, LimitExceeded */
export async function addVersion(
  change: Change,
  policy: ManagedPolicy,
  { document, setAsDefault, now }: { document: string; setAsDefault: boolean; now: Date },
): Promise<PolicyVersion> {
  refuseBuiltIn(policy);
  if ((await change.policies.versions(policy.id)).length >= POLICY_VERSIONS) {
    throw limitExceeded(
      `A managed policy can have up to ${POLICY_VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
    );
  }
  const added = await change.policies.addVersion(policy.id, document, now);
  if (setAsDefault) await putInForce(change, policy, added.version, now);
  return added;
}

/** @throws InvalidInput, NoSuchEntity */
export async function setDefaultVersion(change: Change, policy: ManagedPolicy, version: number, now: Date): Promise<void> {
  refuseBuiltIn(policy);
  await requireVersion(change, policy, version);
  await putInForce(change, policy, version, now);
}

/** @throws InvalidInput, NoSuchEntity, DeleteConflict */
export async function removeVersion(change: Change, policy: ManagedPolicy, version: number): Promise<void> {
  refuseBuiltIn(policy);
  await requireVersion(change, policy, version);
  if (policy.defaultVersion === version) throw deleteConflict('Cannot delete the default version of a policy.');
  await change.policies.removeVersion(policy.id, version);
}

async function putInForce(change: Change, policy: ManagedPolicy, version: number, now: Date): Promise<void> {
  await change.policies.setDefault(policy.id, version, now);
  change.changed(arnOfPolicy(policy));
}

async function requireVersion(change: Change, policy: ManagedPolicy, version: number): Promise<void> {
  if (!(await change.policies.version(policy.id, version))) throw noSuchVersion(arnOfPolicy(policy), versionId(version));
}
