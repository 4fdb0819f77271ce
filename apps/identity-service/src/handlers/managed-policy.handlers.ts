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
import { arnOfPolicy, type ManagedPolicy } from '../domain/managed-policy';
import { addPolicy, removePolicy } from '../domain/managed-policy-changes';
import { nextMarker, pageOf } from '../domain/paging';
import { checkManagedPolicy } from '../domain/policy-document';
import { builtInsAmong, nameInList, placeInList } from '../domain/policy-list';
import { uniqueId } from '../domain/unique-id';
import type { Dependencies } from './dependencies';
import { requirePolicy, writeOf } from './iam-call';
import { toPolicy } from './iam-messages';

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
    await d.store.change(writeOf(call), (change) => addPolicy(change, policy, document));
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
      await removePolicy(change, await requirePolicy(d, call, change, 'iam:DeletePolicy', policyArn, 'change'));
    });
    return {};
  });
