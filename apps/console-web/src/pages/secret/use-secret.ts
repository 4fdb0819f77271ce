import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { ConsoleProcedures } from '@strongroom/console-api';
import { AWSCURRENT, versionWith } from '@strongroom/secret-values';
import { api } from '../../app/api';

type AnswerOf<P> = P extends { _def: { $types: { output: infer Answer } } } ? Answer : never;
type Secrets = ConsoleProcedures['secrets'];
export type Secret = AnswerOf<Secrets['describeSecret']>;
export type SecretVersion = AnswerOf<Secrets['listSecretVersionIds']>['versions'][number];
export type SecretValue = AnswerOf<Secrets['getSecretValue']>;

/** What a tab of a secret's page gets. */
export interface SecretTabProps {
  secret: Secret;
}

/** Everything but the value. Shared by all tabs of a secret's page. */
export const useSecret = (secretId: string) => useQuery(api.secrets.describeSecret.queryOptions({ secretId }));

/** The actions whose buttons are on a secret's page. */
export const GUARDED_ACTIONS = [
  'GetSecretValue',
  'PutSecretValue',
  'UpdateSecret',
  'UpdateSecretVersionStage',
  'ListSecretVersionIds',
  'GetResourcePolicy',
  'PutResourcePolicy',
  'DeleteResourcePolicy',
  'RotateSecret',
  'CancelRotateSecret',
  'TagResource',
  'UntagResource',
  'DeleteSecret',
  'RestoreSecret',
] as const;
export type GuardedAction = (typeof GUARDED_ACTIONS)[number];

/**
 * Says why the person may not do something to the secret; undefined while that is unknown, and where it is allowed. What a
 * request contains may still refuse it, so every deed shows its own refusal, too.
 */
export function useRefusals(secretId: string): (...actions: readonly GuardedAction[]) => string | undefined {
  const { data } = useQuery(
    api.secret.rights.queryOptions({ secretId, actions: GUARDED_ACTIONS }, { placeholderData: keepPreviousData }),
  );
  return (...actions) =>
    data?.find(({ action, allowed }) => !allowed && (actions as readonly string[]).includes(action))?.message;
}

/** The version that has AWSCURRENT; undefined for a secret without a value. */
export const currentVersion = (secret: Secret): string | undefined => versionWith(secret, AWSCURRENT);
