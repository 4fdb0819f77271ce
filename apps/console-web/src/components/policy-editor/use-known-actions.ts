import { useQuery } from '@tanstack/react-query';
import { CONDITION_KEYS } from '@strongroom/policy';
import { api } from '../../app/api';

/** What the tables of condition keys name, until all are known. */
const SOME = [
  ...new Set(
    Object.values(CONDITION_KEYS)
      .flat()
      .flatMap(({ calls }) => calls.actions ?? []),
  ),
].sort();

/** Every action that policies can name. */
export function useKnownActions(): readonly string[] {
  const { data } = useQuery(api.access.actions.queryOptions(undefined, { staleTime: Infinity }));
  return data?.actions ?? SOME;
}
