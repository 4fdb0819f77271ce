import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type {
  DeleteInlinePolicyRequest,
  DeleteInlinePolicyResponse,
  GetInlinePolicyRequest,
  GetInlinePolicyResponse,
  ListInlinePoliciesRequest,
  ListInlinePoliciesResponse,
  PutInlinePolicyRequest,
  PutInlinePolicyResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { unary } from '@strongroom/grpc-kit';
import { checkName } from '../domain/field-rules';
import { KIND_TITLES } from '../domain/identity';
import { noSuchInlinePolicy, putPolicyInto, removePolicyFrom } from '../domain/identity-policies';
import { cutPage, nextMarker, pageOf } from '../domain/paging';
import { checkInlinePolicy } from '../domain/policy-document';
import type { Dependencies } from './dependencies';
import { requireIdentity, targetOf, writeOf } from './iam-call';

const checkPolicyName = (name: string) => checkName(name, 'policy', 'policy_name');

export const putInlinePolicy = (d: Dependencies) =>
  unary<PutInlinePolicyRequest, PutInlinePolicyResponse, Caller>(async (request, call) => {
    const target = targetOf(request.target);
    const policy = { name: checkPolicyName(request.policyName), document: checkInlinePolicy(request.policyDocument) };
    auditOf(call).parameter('policyName', policy.name);
    await d.store.change(writeOf(call), async (change) => {
      const action = `iam:Put${KIND_TITLES[target.kind]}Policy`;
      const identity = await requireIdentity(d, call, change, action, target, { lock: 'change', bounded: true });
      await putPolicyInto(change, identity, policy);
    });
    return {};
  });

export const getInlinePolicy = (d: Dependencies) =>
  unary<GetInlinePolicyRequest, GetInlinePolicyResponse, Caller>(async (request, call) => {
    const target = targetOf(request.target);
    const policyName = checkPolicyName(request.policyName);
    return d.store.read(call.deadline, async (stored) => {
      const identity = await requireIdentity(d, call, stored, `iam:Get${KIND_TITLES[target.kind]}Policy`, target);
      const policy = await stored.inlinePolicies.find(identity.id, policyName);
      if (!policy) throw noSuchInlinePolicy(policyName);
      return { policyName: policy.name, policyDocument: policy.document };
    });
  });

export const listInlinePolicies = (d: Dependencies) =>
  unary<ListInlinePoliciesRequest, ListInlinePoliciesResponse, Caller>(async (request, call) => {
    const page = pageOf(request);
    const target = targetOf(request.target);
    return d.store.read(call.deadline, async (stored) => {
      const identity = await requireIdentity(d, call, stored, `iam:List${KIND_TITLES[target.kind]}Policies`, target);
      // There are few, because the total of their sizes is limited.
      const names = (await stored.inlinePolicies.of(identity.id)).map((policy) => policy.name);
      const cut = cutPage(names.slice(page.after === undefined ? 0 : names.indexOf(page.after) + 1), page.size);
      return { policyNames: cut.items, marker: nextMarker(cut, (name) => name) };
    });
  });

export const deleteInlinePolicy = (d: Dependencies) =>
  unary<DeleteInlinePolicyRequest, DeleteInlinePolicyResponse, Caller>(async (request, call) => {
    const target = targetOf(request.target);
    const policyName = checkPolicyName(request.policyName);
    auditOf(call).parameter('policyName', policyName);
    await d.store.change(writeOf(call), async (change) => {
      const action = `iam:Delete${KIND_TITLES[target.kind]}Policy`;
      const identity = await requireIdentity(d, call, change, action, target, { lock: 'change', bounded: true });
      await removePolicyFrom(change, identity, policyName);
    });
    return {};
  });
