import { notifications } from '@mantine/notifications';
import { type QueryKey, useMutation, type UseMutationOptions, useQueryClient } from '@tanstack/react-query';
import { problemOf } from '../app/api-error';
import { commonTexts as texts } from '../texts/common';

interface ActionOptions<Data, Variables> {
  /** What the notification says when it has worked; none for what shows by itself. */
  done?: string | ((data: Data, variables: Variables) => string);
  /** The queries whose answers it changes, such as `api.secrets.pathFilter()`. */
  invalidates?: readonly { queryKey?: QueryKey }[];
  onDone?: (data: Data, variables: Variables) => void;
  /** The caller shows `error` in place, by `Problem`; otherwise a notification does. */
  showsError?: boolean;
}

/**
 * A deed of the person: calls the mutation, tells that it has worked or why not, and lets what it changed be asked for again.
 * @param mutation such as `api.secrets.rotateSecret.mutationOptions()`
 */
export function useAction<Data, Variables>(
  mutation: UseMutationOptions<Data, never, Variables> | UseMutationOptions<Data, Error, Variables>,
  { done, invalidates = [], onDone, showsError = false }: ActionOptions<Data, Variables> = {},
) {
  const queryClient = useQueryClient();
  const { mutate, isPending, error, reset, data } = useMutation<Data, Error, Variables>({
    ...(mutation as UseMutationOptions<Data, Error, Variables>),
    onSuccess: async (answer, variables) => {
      if (done !== undefined) notifications.show({ message: typeof done === 'string' ? done : done(answer, variables) });
      onDone?.(answer, variables);
      await Promise.all(invalidates.map((filter) => queryClient.invalidateQueries(filter)));
    },
    onError: (failure) => {
      if (!showsError) notifications.show({ color: 'red', title: texts.failed, message: problemOf(failure).message });
    },
  });
  return { run: mutate, isRunning: isPending, error, reset, data };
}
