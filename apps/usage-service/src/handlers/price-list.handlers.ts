import { auditOf } from '@strongroom/audit-trail';
import type {
  GetPriceListRequest,
  GetPriceListResponse,
  PutPriceListRequest,
  PutPriceListResponse,
} from '@strongroom/contracts/strongroom/usage/v1/usage';
import { unary } from '@strongroom/grpc-kit';
import { fromPriceListMessage, toPriceListMessage } from '../domain/price-list-message';
import type { Call, Dependencies } from './dependencies';
import { requireAllowed, requireHome } from './request-rules';

export const getPriceList = (d: Dependencies) =>
  unary<GetPriceListRequest, GetPriceListResponse, Call['caller']>(async (_request, call) => {
    requireAllowed(d, call, 'pricing:GetPriceList');
    const { priceList, putAt } = await d.prices.current();
    return { priceList: toPriceListMessage(priceList), putAt };
  });

export const putPriceList = (d: Dependencies) =>
  unary<PutPriceListRequest, PutPriceListResponse, Call['caller']>(async (request, call) => {
    const priceList = fromPriceListMessage(request.priceList);
    requireAllowed(d, call, 'pricing:PutPriceList');
    requireHome(d, call, 'put the price list');
    auditOf(call).parameter('currency', priceList.currency);
    await d.prices.put(priceList, d.clock.now(), () => auditOf(call).commit(), call.deadline);
    return {};
  });
