import type {
  DescribeDataKeyReEncryptionRequest,
  DescribeDataKeyReEncryptionResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/key_dependents';
import { unary } from '@strongroom/grpc-kit';
import type { Call } from '../secret-access';
import { authorizedKey } from './authorized-key';
import type { Dependencies } from './dependencies';
import { toMessage } from './re-encryption-message';

export const describeDataKeyReEncryption = (d: Dependencies) =>
  unary<DescribeDataKeyReEncryptionRequest, DescribeDataKeyReEncryptionResponse, Call['caller']>(async (request, call) => {
    const { keyId } = await authorizedKey(d, call, request.keyId);
    return toMessage(d, call, await d.reEncryptions.find(keyId, call.deadline));
  });
