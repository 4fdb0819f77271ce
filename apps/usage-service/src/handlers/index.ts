import type { Caller } from '@strongroom/access';
import { served } from '@strongroom/grpc-kit';
import { usageService } from '@strongroom/methods';
import { deleteBudget, listBudgets, putBudget } from './budget.handlers';
import type { Dependencies } from './dependencies';
import { getStatement } from './get-statement.handler';
import { getUsage } from './get-usage.handler';
import { getPriceList, putPriceList } from './price-list.handlers';
import { listPollers, listUnusedSecrets } from './saving-reports.handlers';

export const usageHandlers = (d: Dependencies) =>
  served<typeof usageService, Caller>(usageService, {
    getUsage: getUsage(d),
    getStatement: getStatement(d),
    listPollers: listPollers(d),
    listUnusedSecrets: listUnusedSecrets(d),
    getPriceList: getPriceList(d),
    putPriceList: putPriceList(d),
    putBudget: putBudget(d),
    listBudgets: listBudgets(d),
    deleteBudget: deleteBudget(d),
  });
