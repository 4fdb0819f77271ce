import type { DescribeSecretRequest, DescribeSecretResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { unary } from '@strongroom/grpc-kit';
import { laterDay } from '../domain/access-log.port';
import type { Dependencies } from './dependencies';
import type { Call } from './secret-access';
import { toDescription, toStagesMessage } from './secret-message';

export const describeSecret = (d: Dependencies) =>
  unary<DescribeSecretRequest, DescribeSecretResponse, Call['caller']>(async (request, call) => {
    const { secret } = await d.access.open(call, 'DescribeSecret', request.secretId);
    const lastAccessedDate = laterDay(secret.lastAccessedOn, d.accesses.lastRead(secret.id));
    return { ...toDescription(secret), lastAccessedDate, versionIdsToStages: toStagesMessage(secret.labels) };
  });
