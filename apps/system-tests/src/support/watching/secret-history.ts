import type { DescribeSecretResponse, SecretNotice, VersionStages } from '@strongroom/contracts/strongroom/secrets/v1/secrets';

/** There is no such secret, or it does not belong to what is watched. */
export const ABSENT = 'ResourceNotFoundException';

/** What somebody who watches a secret hears of it: labels by version, or the error of GetSecretValue. */
export type State = string;

/** A state that was committed. */
export interface Committed {
  state: State;
  /** It has the tag that some watch. */
  isTagged: boolean;
}

export function stateOfNotice({ state }: SecretNotice): State {
  if (state?.$case === 'readable') return labelled(state.value.versionsToStages);
  return state?.value.errorCode ?? 'nothing';
}

export function stateOfSecret({ deletedDate, versionIdsToStages }: DescribeSecretResponse): State {
  return deletedDate ? 'InvalidRequestException' : labelled(versionIdsToStages);
}

const labelled = (versions: Record<string, VersionStages>): State =>
  Object.entries(versions)
    .map(([version, { stages }]) => `${version.slice(0, 8)}=${[...stages].sort().join('+')}`)
    .sort()
    .join(' ');

/**
 * Whether states were heard in the order in which they were committed, each once or more, some perhaps not at all. Returns the
 * first that was not, with what was heard before it; undefined if all were.
 */
export function outOfOrder(heard: readonly State[], committed: readonly State[]): State[] | undefined {
  let at = 0;
  for (const [index, state] of heard.entries()) {
    const found = committed.indexOf(state, at);
    if (found < 0) return heard.slice(Math.max(0, index - 2), index + 1);
    at = found;
  }
  return undefined;
}
