import type { Caller } from '@strongroom/access';
import { served } from '@strongroom/grpc-kit';
import { usageService } from '@strongroom/methods';
import type { Dependencies } from './dependencies';
import { describeUsage } from './describe-usage.handler';

export const usageHandlers = (d: Dependencies) =>
  served<typeof usageService, Caller>(usageService, {
    describeUsage: describeUsage(d),
  });
