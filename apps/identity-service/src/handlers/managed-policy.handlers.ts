import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type {
  CreatePolicyRequest,
  CreatePolicyResponse,
  DeletePolicyRequest,
  DeletePolicyResponse,
  GetPolicyRequest,
  GetPolicyResponse,
  ListPoliciesRequest,
  ListPoliciesResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { identityTexts } from '@strongroom/field-rules';
import { unary } from '@strongroom/grpc-kit';
import { checkName, checkPath, checkPathPrefix, checkText } from '../domain/field-rules';
import { deleteConflict } from '../domain/iam-errors';
import { arnOfPolicy, type ManagedPolicy, refuseBuiltIn } from '../domain/managed-policy';
import { nextMarker, pageOf } from '../domain/paging';
import { checkDocument } from '../domain/policy-document';
import { builtInsAmong, nameInList, placeInList } from '../domain/policy-list';
import { MANAGED_POLICY_SIZE } from '../domain/quotas';
import { uniqueId } from '../domain/unique-id';
import type { Dependencies } from './dependencies';
import { requirePolicy, writeOf } from './iam-call';
import { toPolicy } from './iam-messages';

export const checkManagedPolicy = (document: string): string => {
  checkDocument(document, 'identity', { field: 'policy_document', size: MANAGED_POLICY_SIZE, quota: 'PolicySize' });
  return document;
};

export const createPolicy = (d: Dependencies) =>
  unary<CreatePolicyRequest, CreatePolicyResponse, Caller>(async (request, call) => {
    const now = d.clock.now();
    const { accountId } = call.caller;
    const policy: ManagedPolicy = {
      id: uniqueId('policy', d.random),
      accountId,
      name: checkName(request.policyName, 'policy', 'policy_name'),
      path: checkPath(request.path),
      description: checkText(request.description, identityTexts.description.max, 'description'),
      defaultVersion: 1,
      createDate: now,
      updateDate: now,
    };
    const document = checkManagedPolicy(request.policyDocument);
    const arn = arnOfPolicy(policy);
    d.access.requireOnPolicy(call, 'iam:CreatePolicy', { arn, accountId, name: policy.name });
    auditOf(call).resource(arn, 'AWS::IAM::Policy');
    await d.store.change(writeOf(call), async (change) => {
      await change.policies.add(policy, document);
      // Principals can refer to a policy of this name that was deleted, in session policies.
      change.changed(arn);
    });
    return { policy: toPolicy(policy, 0) };
  });

export const getPolicy = (d: Dependencies) =>
  unary<GetPolicyRequest, GetPolicyResponse, Caller>(async ({ policyArn }, call) =>
    d.store.read(call.deadline, async (stored) => {
      const policy = await requirePolicy(d, call, stored, 'iam:GetPolicy', policyArn);
      const counts = await stored.attachments.count(call.caller.accountId, [policyArn]);
      return { policy: toPolicy(policy, counts.get(policyArn) ?? 0) };
    }),
  );

export const listPolicies = (d: Dependencies) =>
  unary<ListPoliciesRequest, ListPoliciesResponse, Caller>(async (request, call) => {
    const page = pageOf(request);
    const prefix = checkPathPrefix(request.pathPrefix);
    d.access.require(call, 'iam:ListPolicies');
    const { accountId } = call.caller;
    return d.store.read(call.deadline, async (stored) => {
      const place = placeInList(page.after);
      const own = await stored.policies.list(accountId, prefix, { size: page.size, ...place });
      const listed = builtInsAmong(own, { ...place, prefix, size: page.size, onlyLocal: request.onlyLocal });
      const counts = await stored.attachments.count(accountId, listed.items.map(arnOfPolicy));
      return {
        policies: listed.items.map((policy) => toPolicy(policy, counts.get(arnOfPolicy(policy)) ?? 0)),
        marker: nextMarker(listed, nameInList),
      };
    });
  });

export const deletePolicy = (d: Dependencies) =>
  unary<DeletePolicyRequest, DeletePolicyResponse, Caller>(async ({ policyArn }, call) => {
    await d.store.change(writeOf(call), async (change) => {
      const policy = await requirePolicy(d, call, change, 'iam:DeletePolicy', policyArn, 'change');
      refuseBuiltIn(policy);
      if (await change.attachments.isUsed(policyArn)) throw deleteConflict('Cannot delete a policy attached to entities.');
      if ((await change.policies.versions(policy.id)).length > 1) {
        throw deleteConflict(
          "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. " +
            'The default version is deleted with the policy.',
        );
      }
      await change.policies.remove(policy.id);
      change.changed(policyArn);
    });
    return {};
  });
