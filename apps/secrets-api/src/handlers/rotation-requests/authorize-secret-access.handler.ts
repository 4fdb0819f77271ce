import { onBehalfOf } from '@strongroom/access';
import type {
  AuthorizeSecretAccessRequest,
  AuthorizeSecretAccessResponse,
} from '@strongroom/contracts/strongroom/secrets/v1/rotation_request';
import { invalidParameter } from '@strongroom/errors';
import { unary } from '@strongroom/grpc-kit';
import type { RotationDependencies } from './dependencies';
import type { WorkerCall } from './worker-call';

/** The trail records the caller's own call, at the service that asks. */
export const authorizeSecretAccess = (d: RotationDependencies) =>
  unary<AuthorizeSecretAccessRequest, AuthorizeSecretAccessResponse, WorkerCall['caller']>(async (message) => {
    const [, action] = /^secretsmanager:([A-Za-z]{1,64})$/.exec(message.action) ?? [];
    if (action === undefined)
      throw invalidParameter('action must be one of secretsmanager, such as secretsmanager:DescribeSecret.');
    const origin = await onBehalfOf(message.caller, d.principals);
    const { secret } = d.access.require(origin, action, await d.access.locate(origin, message.secretId));
    // Retrying a rotation invokes its function.
    if (action === 'RotateSecret') d.access.requireInvokable(origin, secret, undefined);
    return { secretArn: secret.arn, secretName: secret.name };
  });
