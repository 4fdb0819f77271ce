import type { Caller } from '@strongroom/access';
import { auditOf } from '@strongroom/audit-trail';
import type {
  AddClientIDToOpenIDConnectProviderRequest,
  AddClientIDToOpenIDConnectProviderResponse,
  CreateOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderResponse,
  DeleteOpenIDConnectProviderRequest,
  DeleteOpenIDConnectProviderResponse,
  GetOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderResponse,
  ListOpenIDConnectProvidersRequest,
  ListOpenIDConnectProvidersResponse,
  RemoveClientIDFromOpenIDConnectProviderRequest,
  RemoveClientIDFromOpenIDConnectProviderResponse,
  UpdateOpenIDConnectProviderThumbprintRequest,
  UpdateOpenIDConnectProviderThumbprintResponse,
} from '@strongroom/contracts/strongroom/identity/v1/identity';
import { unary } from '@strongroom/grpc-kit';
import {
  arnOfProvider,
  checkClientId,
  checkClientIds,
  checkIssuer,
  checkProviderArn,
  checkThumbprints,
  noSuchProvider,
  notTrusted,
  type OidcProvider,
} from '../domain/oidc-provider';
import { addProvider, removeProvider } from '../domain/oidc-provider-changes';
import type { Lock, Repositories } from '../domain/store.port';
import type { Dependencies } from './dependencies';
import type { IamCall } from './iam-access';
import { writeOf } from './iam-call';
import { toOidcProvider } from './iam-messages';

export const createOpenIdConnectProvider = (d: Dependencies) =>
  unary<CreateOpenIDConnectProviderRequest, CreateOpenIDConnectProviderResponse, Caller>(async (request, call) => {
    const { accountId } = call.caller;
    const issuer = checkIssuer(request.url);
    const provider: OidcProvider = {
      arn: arnOfProvider(accountId, issuer),
      accountId,
      issuer,
      clientIds: checkClientIds(request.clientIdList),
      thumbprints: checkThumbprints(request.thumbprintList),
      createDate: d.clock.now(),
    };
    d.access.requireOnResource(call, 'iam:CreateOpenIDConnectProvider', provider);
    nameProvider(call, provider.arn);
    if (!d.webIdentities.trusts(issuer)) throw notTrusted(issuer);
    await d.store.change(writeOf(call), (change) => addProvider(change, provider));
    return { provider: toOidcProvider(provider) };
  });

export const getOpenIdConnectProvider = (d: Dependencies) =>
  unary<GetOpenIDConnectProviderRequest, GetOpenIDConnectProviderResponse, Caller>(async (request, call) => {
    const provider = await d.store.read(call.deadline, (stored) =>
      requireProvider(d, call, stored, 'iam:GetOpenIDConnectProvider', request.openIdConnectProviderArn),
    );
    return { provider: toOidcProvider(provider) };
  });

export const listOpenIdConnectProviders = (d: Dependencies) =>
  unary<ListOpenIDConnectProvidersRequest, ListOpenIDConnectProvidersResponse, Caller>(async (_request, call) => {
    d.access.require(call, 'iam:ListOpenIDConnectProviders');
    const providers = await d.store.read(call.deadline, (stored) => stored.oidcProviders.of(call.caller.accountId));
    return { providers: providers.map(toOidcProvider) };
  });

export const addClientIdToOpenIdConnectProvider = (d: Dependencies) =>
  unary<AddClientIDToOpenIDConnectProviderRequest, AddClientIDToOpenIDConnectProviderResponse, Caller>(async (request, call) => {
    const clientId = checkClientId(request.clientId, 'client_id');
    auditOf(call).parameter('clientID', clientId);
    await alter(d, call, 'iam:AddClientIDToOpenIDConnectProvider', request, (provider) => ({
      ...provider,
      clientIds: checkClientIds([...provider.clientIds, clientId]),
    }));
    return {};
  });

export const removeClientIdFromOpenIdConnectProvider = (d: Dependencies) =>
  unary<RemoveClientIDFromOpenIDConnectProviderRequest, RemoveClientIDFromOpenIDConnectProviderResponse, Caller>(
    async (request, call) => {
      const clientId = checkClientId(request.clientId, 'client_id');
      auditOf(call).parameter('clientID', clientId);
      await alter(d, call, 'iam:RemoveClientIDFromOpenIDConnectProvider', request, (provider) => ({
        ...provider,
        clientIds: provider.clientIds.filter((id) => id !== clientId),
      }));
      return {};
    },
  );

export const updateOpenIdConnectProviderThumbprint = (d: Dependencies) =>
  unary<UpdateOpenIDConnectProviderThumbprintRequest, UpdateOpenIDConnectProviderThumbprintResponse, Caller>(
    async (request, call) => {
      const thumbprints = checkThumbprints(request.thumbprintList);
      await alter(d, call, 'iam:UpdateOpenIDConnectProviderThumbprint', request, (provider) => ({ ...provider, thumbprints }));
      return {};
    },
  );

export const deleteOpenIdConnectProvider = (d: Dependencies) =>
  unary<DeleteOpenIDConnectProviderRequest, DeleteOpenIDConnectProviderResponse, Caller>(async (request, call) => {
    await d.store.change(writeOf(call), async (change) => {
      const arn = request.openIdConnectProviderArn;
      await removeProvider(change, await requireProvider(d, call, change, 'iam:DeleteOpenIDConnectProvider', arn, 'change'));
    });
    return {};
  });

const nameProvider = (call: IamCall, arn: string): void => auditOf(call).resource(arn, 'AWS::IAM::OIDCProvider');

/** A provider on which the caller may do `action`. Nobody else learns whether it exists. */
async function requireProvider(
  d: Dependencies,
  call: IamCall,
  repositories: Repositories,
  action: string,
  arn: string,
  lock?: Lock,
): Promise<OidcProvider> {
  d.access.requireOnResource(call, action, checkProviderArn(arn));
  const found = await repositories.oidcProviders.find(arn, lock);
  // Every call acts on the caller's own account.
  if (found?.accountId !== call.caller.accountId) throw noSuchProvider(arn);
  nameProvider(call, arn);
  return found;
}

const alter = (
  d: Dependencies,
  call: IamCall,
  action: string,
  { openIdConnectProviderArn: arn }: { openIdConnectProviderArn: string },
  change: (provider: OidcProvider) => OidcProvider,
): Promise<void> =>
  d.store.change(writeOf(call), async (stored) => {
    await stored.oidcProviders.update(change(await requireProvider(d, call, stored, action, arn, 'change')));
  });
