import type { ResolvePrincipalRequest, ResolvePrincipalResponse } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { unary } from '@strongroom/grpc-kit';
import type { Dependencies } from './dependencies';
import { credentialOf, toPrincipal } from './principal-message';

export const resolvePrincipal = (d: Dependencies) =>
  unary<ResolvePrincipalRequest, ResolvePrincipalResponse>(async (request, call) => {
    const credential = credentialOf(request.credential);
    if (credential === undefined) return { principal: undefined };
    const { principal } = await d.directory.resolve(credential, call.deadline);
    return { principal: principal && toPrincipal(principal) };
  });
