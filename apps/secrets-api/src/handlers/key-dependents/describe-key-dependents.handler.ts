import type {
  DescribeKeyDependentsRequest,
  DescribeKeyDependentsResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/key_dependents';
import { unary } from '@strongroom/grpc-kit';
import type { Call } from '../secret-access';
import { askerOf, authorizedKey } from './authorized-key';
import type { Dependencies } from './dependencies';

/** The most grants to count. */
const MAX_GRANTS = 1_000;

export const describeKeyDependents = (d: Dependencies) =>
  unary<DescribeKeyDependentsRequest, DescribeKeyDependentsResponse, Call['caller']>(async ({ keyId }, call) => {
    const key = await authorizedKey(d, call, keyId);
    const asker = askerOf(call);
    // The key service comes first: whoever it refuses has nothing counted.
    const [lastUsage, grantCount, aliasNames] = await Promise.all([
      d.keys.lastUsage(key.arn, asker),
      d.keys.grantCount(key.arn, MAX_GRANTS, asker),
      d.keys.aliasNames(key.arn, asker),
    ]);
    const { secrets, materials } = await d.dependents.find(key.keyId, call.deadline);
    return {
      keyArn: key.arn,
      secretCount: BigInt(secrets),
      versionCount: BigInt(materials.reduce((sum, { versions }) => sum + versions, 0)),
      materials: materials.map(({ materialVersion, versions }) => ({
        materialVersion,
        isCurrent: materialVersion === key.materialVersion,
        versionCount: BigInt(versions),
      })),
      grantCount,
      aliasNames,
      lastUsageDate: lastUsage.usedAt,
      lastUsageOperation: lastUsage.operation ?? '',
      trackingStartDate: lastUsage.trackedSince,
    };
  });
