import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type {
  AttachPolicyRequest,
  AttachPolicyResponse,
  DetachPolicyRequest,
  DetachPolicyResponse,
  ListAttachedPoliciesRequest,
  ListAttachedPoliciesResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { unary } from '@strongroom/grpc-kit';
import { limitExceeded } from '../domain/iam-errors';
import { nameOfPolicy, noSuchPolicy, parseAttachedArn } from '../domain/managed-policy';
import { cutPage, nextMarker, pageOf } from '../domain/paging';
import { ATTACHED_POLICIES } from '../domain/quotas';
import type { Dependencies } from './dependencies';
import { KIND_TITLES, requireIdentity, targetOf, usablePolicy, writeOf } from './iam-call';

export const attachPolicy = (d: Dependencies) =>
  unary<AttachPolicyRequest, AttachPolicyResponse, Caller>(async (request, call) => {
    const target = targetOf(request.target);
    const policy = parseAttachedArn(request.policyArn);
    const action = `iam:Attach${KIND_TITLES[target.kind]}Policy`;
    auditOf(call).parameter('policyArn', policy.arn);
    await d.store.change(writeOf(call), async (change) => {
      const context = { 'iam:policyarn': policy.arn };
      const identity = await requireIdentity(d, call, change, action, target, { lock: 'change', context, bounded: true });
      await usablePolicy(change, policy, identity.accountId);
      await change.attachments.add(identity.id, policy.arn);
      if ((await change.attachments.of(identity.id)).length > ATTACHED_POLICIES) {
        throw limitExceeded(`Cannot exceed quota for PoliciesPer${KIND_TITLES[target.kind]}: ${ATTACHED_POLICIES}`);
      }
      change.changed(identity.id);
    });
    return {};
  });

export const detachPolicy = (d: Dependencies) =>
  unary<DetachPolicyRequest, DetachPolicyResponse, Caller>(async (request, call) => {
    const target = targetOf(request.target);
    const policy = parseAttachedArn(request.policyArn);
    const action = `iam:Detach${KIND_TITLES[target.kind]}Policy`;
    auditOf(call).parameter('policyArn', policy.arn);
    await d.store.change(writeOf(call), async (change) => {
      const context = { 'iam:policyarn': policy.arn };
      const identity = await requireIdentity(d, call, change, action, target, { lock: 'change', context, bounded: true });
      if (!(await change.attachments.remove(identity.id, policy.arn))) throw noSuchPolicy(policy.arn);
      change.changed(identity.id);
    });
    return {};
  });

export const listAttachedPolicies = (d: Dependencies) =>
  unary<ListAttachedPoliciesRequest, ListAttachedPoliciesResponse, Caller>(async (request, call) => {
    const page = pageOf(request);
    const target = targetOf(request.target);
    const action = `iam:ListAttached${KIND_TITLES[target.kind]}Policies`;
    return d.store.read(call.deadline, async (stored) => {
      const identity = await requireIdentity(d, call, stored, action, target);
      // At most ten: the marker tells how far the list was read.
      const attached = await stored.attachments.of(identity.id);
      const rest = attached.slice(page.after === undefined ? 0 : attached.indexOf(page.after) + 1);
      const cut = cutPage(rest, page.size);
      return {
        attachedPolicies: cut.items.map((policyArn) => ({ policyArn, policyName: nameOfPolicy(policyArn) })),
        marker: nextMarker(cut, (arn) => arn),
      };
    });
  });
