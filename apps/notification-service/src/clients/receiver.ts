import { NOTIFICATION } from '@strongroom/bounds';
import { type TargetHttp, type TargetRequest, TargetUnreachable } from '@strongroom/egress';
import { isDomainError } from '@strongroom/errors';
import type { Logger } from '@strongroom/telemetry';
import { DeliveryFailure, PermanentFailure } from '../domain/delivery';

/** One message for one receiver. */
export interface Post extends Pick<TargetRequest, 'url' | 'headers' | 'body' | 'tls' | 'signal' | 'named'> {
  /** The time until the answer is complete, milliseconds. */
  timeoutMs: number;
  /** Who learns in the log why a receiver could not be reached. */
  logger: Logger;
  /** What the log names the receiver by. */
  accountId: string;
  name: string;
}

/**
 * Posts a message to a receiver.
 * @returns the status, which is one of success. @throws DeliveryFailure, PermanentFailure
 */
export async function postToReceiver(http: TargetHttp, { logger, accountId, name, ...request }: Post): Promise<number> {
  const unanswered = (error: unknown): never => {
    if (!isDomainError(error)) throw error;
    if (error.kind === 'cancelled') {
      throw new DeliveryFailure('ReceiverTimedOut', `The receiver did not answer within ${request.timeoutMs / 1_000} s.`);
    }
    if (!(error instanceof TargetUnreachable)) {
      throw new DeliveryFailure(
        'ReceiverAnswerTooLong',
        `The answer of the receiver has over ${NOTIFICATION.answerBytes} bytes.`,
      );
    }
    logger.warn('a receiver could not be reached', { accountId, name, reason: error.why });
    throw new DeliveryFailure(
      'ReceiverUnreachable',
      'The receiver could not be reached, or did not answer in time: it may be down, have no trusted certificate, or be forbidden ' +
        "by the egress rules. notification-service's log gives the reason.",
    );
  };
  const { status } = await http({ ...request, method: 'POST', maxBody: NOTIFICATION.answerBytes }).catch(unanswered);
  if (status >= 200 && status < 300) return status;
  if (status === 410) {
    throw new PermanentFailure('ReceiverGone', 'The receiver answered with status 410: it wants no messages.', status);
  }
  if (status >= 300 && status < 400) {
    const message = `The receiver answered with status ${status}; redirects are not followed.`;
    throw new DeliveryFailure('ReceiverRedirected', message, status);
  }
  throw new DeliveryFailure('ReceiverRefused', `The receiver answered with status ${status}.`, status);
}
