import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type {
  CreateAccountRequest,
  CreateAccountResponse,
  ListAccountsRequest,
  ListAccountsResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { accessDenied } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import { createAdministrator } from '../domain/administrator';
import { checkAccountId, checkText } from '../domain/field-rules';
import { nextMarker, pageOf } from '../domain/paging';
import type { Dependencies } from './dependencies';
import type { IamCall } from './iam-access';
import { nameIdentity, writeOf } from './iam-call';
import { toAccount, toUser } from './iam-messages';

/** Accounts are the cluster's business: an administrator of another account is not its administrator. */
function requireOfCluster(d: Dependencies, call: IamCall, action: string): void {
  if (call.caller.accountId !== d.accountId) {
    throw accessDenied(
      `User: ${call.caller.arn} is not authorized to perform: ${action} on resource: * because no identity-based policy allows the ${action} action`,
    );
  }
  d.access.require(call, action);
}

export const createAccount = (d: Dependencies) =>
  unary<CreateAccountRequest, CreateAccountResponse, Caller>(async (request, call) => {
    const now = d.clock.now();
    const account = {
      accountId: checkAccountId(request.accountId),
      displayName: checkText(request.displayName, 128, 'display_name'),
      createDate: now,
    };
    requireOfCluster(d, call, 'organizations:CreateAccount');
    // The cluster's account may give one of its own URIs away, but nobody else's.
    const owners = [account.accountId, d.accountId];
    const uri = d.certificateUris.check(request.administratorCertificateUri, 'user', owners, 'administrator_certificate_uri');
    auditOf(call).parameter('accountId', account.accountId);
    const administrator = await d.store.change(writeOf(call), async (change) => {
      await change.accounts.add(account);
      const { accountId } = account;
      const user = await createAdministrator(change, { accountId, uri, now, random: d.random });
      nameIdentity(call, user);
      return user;
    });
    return { account: toAccount(account), administrator: toUser(administrator) };
  });

export const listAccounts = (d: Dependencies) =>
  unary<ListAccountsRequest, ListAccountsResponse, Caller>(async (request, call) => {
    const page = pageOf(request);
    requireOfCluster(d, call, 'organizations:ListAccounts');
    const accounts = await d.store.read(call.deadline, (stored) => stored.accounts.list(page));
    return { accounts: accounts.items.map(toAccount), marker: nextMarker(accounts, (account) => account.accountId) };
  });
