import type { DescribeSecretRequest, DescribeSecretResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { unary } from '@strongroom/grpc-kit';
import type { Dependencies } from './dependencies';
import type { Call } from './secret-access';
import { toDescription, toStagesMessage } from './secret-message';

export const describeSecret = (d: Dependencies) =>
  unary<DescribeSecretRequest, DescribeSecretResponse, Call['caller']>(async (request, call) => {
    const { secret } = await d.access.open(call, 'DescribeSecret', request.secretId);
    return { ...toDescription(secret), versionIdsToStages: toStagesMessage(secret.labels) };
  });
