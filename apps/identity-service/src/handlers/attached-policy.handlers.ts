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
import { KIND_TITLES } from '../domain/identity';
import { attachPolicyTo, detachPolicyFrom } from '../domain/identity-policies';
import { nameOfPolicy, parseAttachedArn } from '../domain/managed-policy';
import { cutPage, nextMarker, pageOf } from '../domain/paging';
import type { Dependencies } from './dependencies';
import { requireIdentity, targetOf, writeOf } from './iam-call';

export const attachPolicy = (d: Dependencies) =>
  unary<AttachPolicyRequest, AttachPolicyResponse, Caller>(async (request, call) => {
    const target = targetOf(request.target);
    const policy = parseAttachedArn(request.policyArn);
    const action = `iam:Attach${KIND_TITLES[target.kind]}Policy`;
    auditOf(call).parameter('policyArn', policy.arn);
    await d.store.change(writeOf(call), async (change) => {
      const context = { 'iam:policyarn': policy.arn };
      const identity = await requireIdentity(d, call, change, action, target, { lock: 'change', context, bounded: true });
      await attachPolicyTo(change, identity, policy);
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
      await detachPolicyFrom(change, identity, policy);
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
      // There are at most ten, so the whole list is read, and the marker finds the place in it.
      const attached = await stored.attachments.of(identity.id);
      const rest = attached.slice(page.after === undefined ? 0 : attached.indexOf(page.after) + 1);
      const cut = cutPage(rest, page.size);
      return {
        attachedPolicies: cut.items.map((policyArn) => ({ policyArn, policyName: nameOfPolicy(policyArn) })),
        marker: nextMarker(cut, (arn) => arn),
      };
    });
  });
