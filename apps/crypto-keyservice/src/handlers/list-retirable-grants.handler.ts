import type { Caller } from '@strongroom/access';
import { parseArn } from '@strongroom/arn';
import type { ListRetirableGrantsRequest, ListRetirableGrantsResponse } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { accessDenied } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import { onePrincipal, requireGrantPage } from '../domain/grant-terms';
import { validationFailed } from '../domain/key-errors';
import type { Dependencies } from './dependencies';
import { listGrantPage } from './grant-messages';

/** Of a principal of the caller's account; the grants may be of keys of any account. */
export const listRetirableGrants = (d: Dependencies) =>
  unary<ListRetirableGrantsRequest, ListRetirableGrantsResponse, Caller>(async (request, call) => {
    const { retiringPrincipal, retiringServicePrincipal } = request;
    const page = requireGrantPage(request);
    const retiring = onePrincipal('Retiring', retiringPrincipal, retiringServicePrincipal);
    if (retiring === undefined) throw validationFailed('Specify a RetiringPrincipal or a RetiringServicePrincipal.');
    if (retiring === retiringServicePrincipal) throw accessDenied('Only a service may list the grants that it may retire.');
    d.access.requireOn(call, 'kms:ListRetirableGrants', retiring, parseArn(retiring).account);
    return listGrantPage(d, { retiring }, page);
  });
