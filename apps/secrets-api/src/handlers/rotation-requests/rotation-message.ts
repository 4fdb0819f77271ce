import {
  type RotationRequest as RotationRequestMessage,
  RotationRequestKind,
  RotationRequestState,
} from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import type { RotationRequest, RotationState } from '../../domain/rotation/rotation';
import type { Secret } from '../../domain/secret';

const KINDS: Record<RotationRequest['kind'], RotationRequestKind> = {
  rotate: RotationRequestKind.ROTATE,
  test: RotationRequestKind.TEST,
};

const STATES: Record<RotationState, RotationRequestState> = {
  open: RotationRequestState.OPEN,
  failed: RotationRequestState.FAILED,
  complete: RotationRequestState.COMPLETE,
  abandoned: RotationRequestState.ABANDONED,
};

export const toRequestMessage = (
  { arn, name, accountId }: Pick<Secret, 'arn' | 'name' | 'accountId'>,
  request: RotationRequest,
): RotationRequestMessage => ({
  secretArn: arn,
  secretName: name,
  accountId,
  token: request.token,
  kind: KINDS[request.kind],
  state: STATES[request.state],
  functionArn: request.functionArn,
  attempt: request.attempt,
  requestedAt: request.requestedAt,
  initiatedBy: request.initiatedBy,
  rotationToken: request.rotationToken,
});
