import { UsageServiceService } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { change, consoleOnly, describeService, read } from './method';

/** Policies decide what a caller may see. */
const forCallers = { callers: 'authenticated', onBehalf: consoleOnly } as const;
const callersRead = { ...forCallers, ...read } as const;
/** The same request twice leaves the same behind. */
const callersPut = { ...forCallers, ...change, idempotent: true } as const;

export const usageService = describeService(UsageServiceService, 'ce.amazonaws.com', {
  getUsage: callersRead,
  getStatement: callersRead,
  listPollers: callersRead,
  listUnusedSecrets: callersRead,
  getPriceList: { ...callersRead, eventSource: 'pricing.amazonaws.com' },
  putPriceList: { ...callersPut, eventSource: 'pricing.amazonaws.com' },
  putBudget: { ...callersPut, eventSource: 'budgets.amazonaws.com' },
  listBudgets: { ...callersRead, eventSource: 'budgets.amazonaws.com' },
  deleteBudget: { ...callersPut, eventSource: 'budgets.amazonaws.com' },
});
