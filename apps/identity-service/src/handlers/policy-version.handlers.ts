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
import { noSuchVersion, parseVersionId, versionId } from '../domain/managed-policy';
import { addVersion, removeVersion, setDefaultVersion, versionsOf } from '../domain/managed-policy-changes';
import { checkManagedPolicy } from '../domain/policy-document';
import type { Dependencies } from './dependencies';
import { requirePolicy, writeOf } from './iam-call';
import { toVersion } from './iam-messages';

export const createPolicyVersion = (d: Dependencies) =>
  unary<CreatePolicyVersionRequest, CreatePolicyVersionResponse, Caller>(async (request, call) => {
    const { policyArn, setAsDefault } = request;
    const document = checkManagedPolicy(request.policyDocument);
    return d.store.change(writeOf(call), async (change) => {
      const policy = await requirePolicy(d, call, change, 'iam:CreatePolicyVersion', policyArn, 'change');
      const version = await addVersion(change, policy, { document, setAsDefault, now: d.clock.now() });
      auditOf(call).response('versionId', versionId(version.version));
      return { policyVersion: toVersion(version, setAsDefault ? version.version : policy.defaultVersion) };
    });
  });

export const getPolicyVersion = (d: Dependencies) =>
  unary<GetPolicyVersionRequest, GetPolicyVersionResponse, Caller>(async (request, call) => {
    const { policyArn } = request;
    const wanted = parseVersionId(request.versionId);
    return d.store.read(call.deadline, async (stored) => {
      const policy = await requirePolicy(d, call, stored, 'iam:GetPolicyVersion', policyArn);
      const version = (await versionsOf(stored, policy)).find((one) => one.version === wanted);
      if (!version) throw noSuchVersion(policyArn, request.versionId);
      return { policyVersion: toVersion(version, policy.defaultVersion) };
    });
  });

export const listPolicyVersions = (d: Dependencies) =>
  unary<ListPolicyVersionsRequest, ListPolicyVersionsResponse, Caller>(async ({ policyArn }, call) =>
    d.store.read(call.deadline, async (stored) => {
      const policy = await requirePolicy(d, call, stored, 'iam:ListPolicyVersions', policyArn);
      const versions = await versionsOf(stored, policy);
      return { versions: versions.map((version) => ({ ...toVersion(version, policy.defaultVersion), document: '' })) };
    }),
  );

export const setDefaultPolicyVersion = (d: Dependencies) =>
  unary<SetDefaultPolicyVersionRequest, SetDefaultPolicyVersionResponse, Caller>(async (request, call) => {
    const { policyArn } = request;
    const wanted = parseVersionId(request.versionId);
    await d.store.change(writeOf(call), async (change) => {
      const policy = await requirePolicy(d, call, change, 'iam:SetDefaultPolicyVersion', policyArn, 'change');
      auditOf(call).parameter('versionId', request.versionId);
      await setDefaultVersion(change, policy, wanted, d.clock.now());
    });
    return {};
  });

export const deletePolicyVersion = (d: Dependencies) =>
  unary<DeletePolicyVersionRequest, DeletePolicyVersionResponse, Caller>(async (request, call) => {
    const { policyArn } = request;
    const wanted = parseVersionId(request.versionId);
    await d.store.change(writeOf(call), async (change) => {
      const policy = await requirePolicy(d, call, change, 'iam:DeletePolicyVersion', policyArn, 'change');
      auditOf(call).parameter('versionId', request.versionId);
      await removeVersion(change, policy, wanted);
    });
    return {};
  });
