import type { Caller } from '@strongroom/access';
import type { ListGrantsRequest, ListGrantsResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { unary } from '@strongroom/grpc-kit';
import { onePrincipal, requireGrantId, requireGrantPage } from '../domain/grant-terms';
import type { Dependencies } from './dependencies';
import { forAwsResource, listGrantPage } from './grant-messages';
import { keyFor } from './key-call';

export const listGrants = (d: Dependencies) =>
  unary<ListGrantsRequest, ListGrantsResponse, Caller>(async (request, call) => {
    const page = requireGrantPage(request);
    const grantee = onePrincipal('Grantee', request.granteePrincipal, request.granteeServicePrincipal);
    const grantId = request.grantId === '' ? undefined : requireGrantId(request.grantId);
    const { keyId } = await keyFor(d, call, 'ListGrants', request.keyId, { conditions: forAwsResource(call) });
    return listGrantPage(d, { keyId, ...(grantee && { grantee }), ...(grantId && { grantId }) }, page);
  });
