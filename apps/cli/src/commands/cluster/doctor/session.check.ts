import { type ClientOptions, StrongroomClient, StrongroomError } from '@strongroom/client';
import { type Finding, ok, problem, unknown } from './finding';

/** Whether the cluster knows whoever asks. */
export const checkSession = async (options: ClientOptions, timeoutMs: number): Promise<Finding[]> => {
  const subject = 'your credential';
  const strongroom = new StrongroomClient({ ...options, timeoutMs, maxAttempts: 1 });
  try {
    const { arn } = await strongroom.tokens.getCallerIdentity({});
    return [ok(subject, `You are ${arn}.`)];
  } catch (error) {
    if (error instanceof StrongroomError && error.kind === 'unauthenticated') {
      return [
        problem(
          subject,
          'The cluster does not accept it: it is missing, has expired or was revoked.',
          'Sign in again: `strongroom login`, or source the environment file again.',
        ),
      ];
    }
    return [unknown(subject, 'identity-service does not answer, so nobody knows whether it is valid.')];
  } finally {
    strongroom.close();
  }
};
