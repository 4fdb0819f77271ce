import { DomainError } from '@strongroom/errors';
import type { Logger } from '@strongroom/telemetry';

/**
 * No session with a server came about, or it broke off. There is one message for all ways in which that happens: whoever may write a rotating secret could
 * otherwise learn, host by host and port by port, what there is in a network that they cannot reach themselves.
 */
export class TargetUnreachable extends DomainError {
  /**
   * @param named what names the server, such as `the fields "host" and "port" of AWSCURRENT`
   * @param why for the log alone: a code such as ECONNREFUSED, never a text of somebody else's
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

/** The same of a custom function's own address. */
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
