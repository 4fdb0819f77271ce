import { UsageServiceService } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { describeService, read } from './method';

/** Policies decide what a caller may see. */
const callersRead = { callers: 'authenticated', ...read } as const;

export const usageService = describeService(UsageServiceService, 'ce.amazonaws.com', {
  describeUsage: callersRead,
});
