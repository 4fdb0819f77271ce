import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type {
  DeleteAccountPasswordPolicyRequest,
  DeleteAccountPasswordPolicyResponse,
  GetAccountPasswordPolicyRequest,
  GetAccountPasswordPolicyResponse,
  UpdateAccountPasswordPolicyRequest,
  UpdateAccountPasswordPolicyResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { unary } from '@strongroom/grpc-kit';
import { noSuchEntity } from '../domain/iam-errors';
import { passwordPolicyOf } from '../domain/password-policy';
import type { Dependencies } from './dependencies';
import { writeOf } from './iam-call';
import { toPasswordPolicy } from './iam-messages';

const noPolicy = (accountId: string) => noSuchEntity(`The Password Policy with domain name ${accountId} cannot be found.`);

export const getAccountPasswordPolicy = (d: Dependencies) =>
  unary<GetAccountPasswordPolicyRequest, GetAccountPasswordPolicyResponse, Caller>(async (_request, call) => {
    const { accountId } = call.caller;
    d.access.require(call, 'iam:GetAccountPasswordPolicy');
    const policy = await d.store.read(call.deadline, (stored) => stored.passwordPolicies.find(accountId));
    if (!policy) throw noPolicy(accountId);
    return { passwordPolicy: toPasswordPolicy(policy) };
  });

export const updateAccountPasswordPolicy = (d: Dependencies) =>
  unary<UpdateAccountPasswordPolicyRequest, UpdateAccountPasswordPolicyResponse, Caller>(async (request, call) => {
    const policy = passwordPolicyOf(request);
    d.access.require(call, 'iam:UpdateAccountPasswordPolicy');
    for (const [name, value] of Object.entries(policy)) auditOf(call).parameter(name, value as number | boolean | undefined);
    await d.store.change(writeOf(call), (change) => change.passwordPolicies.put(call.caller.accountId, policy));
    return {};
  });

export const deleteAccountPasswordPolicy = (d: Dependencies) =>
  unary<DeleteAccountPasswordPolicyRequest, DeleteAccountPasswordPolicyResponse, Caller>(async (_request, call) => {
    const { accountId } = call.caller;
    d.access.require(call, 'iam:DeleteAccountPasswordPolicy');
    await d.store.change(writeOf(call), async (change) => {
      if (!(await change.passwordPolicies.remove(accountId))) throw noPolicy(accountId);
    });
    return {};
  });
