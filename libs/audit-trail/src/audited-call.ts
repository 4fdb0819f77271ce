import type { Caller } from '@strongroom/access';
import type { UnidentifiedCall } from '@strongroom/grpc-kit';

type Shown =
  | 'kind'
  | 'arn'
  | 'accountId'
  | 'userId'
  | 'userName'
  | 'roleArn'
  | 'accessKeyId'
  | 'issueTime'
  | 'multiFactorAuthTime';

/** What the trail shows of a caller. */
export type AuditedCaller = Pick<Caller, Shown>;

/** What the trail shows of a call. */
export interface AuditedCall extends UnidentifiedCall {
  readonly caller?: AuditedCaller;
}
