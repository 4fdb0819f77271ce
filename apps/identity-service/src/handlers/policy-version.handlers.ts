import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type {
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse,
  DeletePolicyVersionRequest,
  DeletePolicyVersionResponse,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
  ListPolicyVersionsRequest,
  ListPolicyVersionsResponse,
  SetDefaultPolicyVersionRequest,
  SetDefaultPolicyVersionResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { unary } from '@strongroom/grpc-kit';
import { builtInPolicy } from '../domain/built-in-policies';
import { deleteConflict, limitExceeded } from '../domain/iam-errors';
import {
  type ManagedPolicy,
  noSuchVersion,
  parseVersionId,
  type PolicyVersion,
  refuseBuiltIn,
  versionId,
} from '../domain/managed-policy';
import { POLICY_VERSIONS } from '../domain/quotas';
import type { Repositories } from '../domain/store.port';
import type { Dependencies } from './dependencies';
import { requirePolicy, writeOf } from './iam-call';
import { toVersion } from './iam-messages';
import { checkManagedPolicy } from './managed-policy.handlers';

/** Of a policy that comes with Strongroom there is the version in force, and no other. */
async function versionsOf(stored: Repositories, policy: ManagedPolicy, arn: string): Promise<PolicyVersion[]> {
  const builtIn = builtInPolicy(arn);
  if (!builtIn) return stored.policies.versions(policy.id);
  return [{ version: builtIn.defaultVersion, document: builtIn.document, createDate: builtIn.updateDate }];
}

export const createPolicyVersion = (d: Dependencies) =>
  unary<CreatePolicyVersionRequest, CreatePolicyVersionResponse, Caller>(async (request, call) => {
    const { policyArn, setAsDefault } = request;
    const document = checkManagedPolicy(request.policyDocument);
    return d.store.change(writeOf(call), async (change) => {
      const policy = await requirePolicy(d, call, change, 'iam:CreatePolicyVersion', policyArn, 'change');
      refuseBuiltIn(policy);
      if ((await change.policies.versions(policy.id)).length >= POLICY_VERSIONS) {
        throw limitExceeded(
          `A managed policy can have up to ${POLICY_VERSIONS} versions. Before you create a new version, you must delete an existing version.`,
        );
      }
      const now = d.clock.now();
      const version = await change.policies.addVersion(policy.id, document, now);
      auditOf(call).response('versionId', versionId(version.version));
      if (setAsDefault) {
        await change.policies.setDefault(policy.id, version.version, now);
        change.changed(policyArn);
      }
      return { policyVersion: toVersion(version, setAsDefault ? version.version : policy.defaultVersion) };
    });
  });

export const getPolicyVersion = (d: Dependencies) =>
  unary<GetPolicyVersionRequest, GetPolicyVersionResponse, Caller>(async (request, call) => {
    const { policyArn } = request;
    const wanted = parseVersionId(request.versionId);
    return d.store.read(call.deadline, async (stored) => {
      const policy = await requirePolicy(d, call, stored, 'iam:GetPolicyVersion', policyArn);
      const version = (await versionsOf(stored, policy, policyArn)).find((one) => one.version === wanted);
      if (!version) throw noSuchVersion(policyArn, request.versionId);
      return { policyVersion: toVersion(version, policy.defaultVersion) };
    });
  });

export const listPolicyVersions = (d: Dependencies) =>
  unary<ListPolicyVersionsRequest, ListPolicyVersionsResponse, Caller>(async ({ policyArn }, call) =>
    d.store.read(call.deadline, async (stored) => {
      const policy = await requirePolicy(d, call, stored, 'iam:ListPolicyVersions', policyArn);
      const versions = await versionsOf(stored, policy, policyArn);
      return { versions: versions.map((version) => ({ ...toVersion(version, policy.defaultVersion), document: '' })) };
    }),
  );

export const setDefaultPolicyVersion = (d: Dependencies) =>
  unary<SetDefaultPolicyVersionRequest, SetDefaultPolicyVersionResponse, Caller>(async (request, call) => {
    const { policyArn } = request;
    const wanted = parseVersionId(request.versionId);
    await d.store.change(writeOf(call), async (change) => {
      const policy = await requirePolicy(d, call, change, 'iam:SetDefaultPolicyVersion', policyArn, 'change');
      refuseBuiltIn(policy);
      auditOf(call).parameter('versionId', request.versionId);
      if (!(await change.policies.version(policy.id, wanted))) throw noSuchVersion(policyArn, request.versionId);
      await change.policies.setDefault(policy.id, wanted, d.clock.now());
      change.changed(policyArn);
    });
    return {};
  });

export const deletePolicyVersion = (d: Dependencies) =>
  unary<DeletePolicyVersionRequest, DeletePolicyVersionResponse, Caller>(async (request, call) => {
    const { policyArn } = request;
    const wanted = parseVersionId(request.versionId);
    await d.store.change(writeOf(call), async (change) => {
      const policy = await requirePolicy(d, call, change, 'iam:DeletePolicyVersion', policyArn, 'change');
      refuseBuiltIn(policy);
      auditOf(call).parameter('versionId', request.versionId);
      if (!(await change.policies.version(policy.id, wanted))) throw noSuchVersion(policyArn, request.versionId);
      if (policy.defaultVersion === wanted) throw deleteConflict('Cannot delete the default version of a policy.');
      await change.policies.removeVersion(policy.id, wanted);
    });
    return {};
  });
