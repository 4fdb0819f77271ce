import type { Caller } from '@strongroom/access';
import type { UnidentifiedCall } from '@strongroom/grpc-kit';

/** What the trail shows of a caller. */
export type AuditedCaller = Pick<Caller, 'kind' | 'arn' | 'accountId' | 'userId' | 'userName' | 'roleArn' | 'accessKeyId'>;

/** What the trail shows of a call. */
export interface AuditedCall extends UnidentifiedCall {
  readonly caller?: AuditedCaller;
}
