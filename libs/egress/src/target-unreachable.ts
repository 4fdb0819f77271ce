import { DomainError } from '@strongroom/errors';
import type { Logger } from '@strongroom/telemetry';

/**
 * A session with a server could not be opened, or it ended early. All causes share one message: otherwise, whoever may write a
 * rotating secret could find out, host by host and port by port, what is in a network that they cannot reach themselves.
 */
export class TargetUnreachable extends DomainError {
  /**
   * @param named the name of the server for messages, such as `the fields "host" and "port" of AWSCURRENT`
   * @param why for the log only: a code such as ECONNREFUSED, never text from elsewhere
   */
  constructor(
    readonly named: string,
    readonly why: string,
    reason = 'RotationTargetUnreachable',
  ) {
    super({
      kind: 'unavailable',
      reason,
      message:
        `The session with the server of ${named} could not be opened, or it ended early: the server may be down, be of another kind, have no TLS ` +
        "or no trusted certificate or host key, or be forbidden by the egress rules. rotation-worker's log gives the reason.",
    });
  }
}

/** The same for a custom function's own address. */
export const functionUnreachable = (named: string, why: string): TargetUnreachable =>
  new TargetUnreachable(named, why, 'RotationFunctionUnreachable');

export const logUnreachable = (
  logger: Logger,
  { secretArn, token }: { secretArn: string; token: string },
  name: string,
  error: unknown,
): void => {
  if (error instanceof TargetUnreachable) {
    logger.warn('a server could not be reached', { secretArn, versionId: token, name, reason: error.why });
  }
};
