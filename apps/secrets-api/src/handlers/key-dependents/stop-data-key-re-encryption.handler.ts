import { auditOf } from '@strongroom/audit-trail';
import type {
  StopDataKeyReEncryptionRequest,
  StopDataKeyReEncryptionResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/key_dependents';
import { unary } from '@strongroom/grpc-kit';
import type { Call } from '../secret-access';
import { authorizedKey } from './authorized-key';
import type { Dependencies } from './dependencies';
import { toMessage } from './re-encryption-message';

export const stopDataKeyReEncryption = (d: Dependencies) =>
  unary<StopDataKeyReEncryptionRequest, StopDataKeyReEncryptionResponse, Call['caller']>(async (request, call) => {
    const { keyId } = await authorizedKey(d, call, request.keyId);
    const options = { deadline: call.deadline, beforeCommit: () => auditOf(call).commit() };
    return toMessage(d, call, await d.reEncryptions.stop(keyId, d.clock.now(), options));
  });
