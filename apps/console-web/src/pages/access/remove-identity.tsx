import { List, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { api } from '../../app/api';
import { queryClient } from '../../app/query-client';
import { ConfirmByName } from '../../components/confirm-by-name';
import { Problem } from '../../components/problem';
import { accessTexts } from '../../texts/access';
import { remainsOf, removeWith } from './remains';
import { kindOf, type Target } from './target';

const texts = accessTexts.removal;
const titles = {
  user: texts.userTitle,
  group: accessTexts.groups.deleteTitle,
  role: accessTexts.roles.deleteTitle,
};

interface RemoveIdentityProps {
  target: Target;
  opened: boolean;
  onClose: () => void;
  onDone: () => void;
}

/** Deletes a user, group or role, once the person has seen what goes with it. */
export function RemoveIdentity({ target, opened, onClose, onDone }: RemoveIdentityProps) {
  const kind = kindOf(target);
  const name = target.entity.value;
  const remains = useQuery({
    queryKey: ['remains', kind, name],
    queryFn: () => remainsOf(target),
    enabled: opened,
    gcTime: 0,
    staleTime: 0,
  });
  const remove = useMutation({
    mutationFn: () => removeWith(target, remains.data ?? []),
    onSuccess: () => {
      notifications.show({ message: texts.done(name) });
      onDone();
    },
    // Some of it may be gone although the rest was refused.
    onError: () => void remains.refetch(),
    onSettled: () => queryClient.invalidateQueries(api.identity.pathFilter()),
  });
  return (
    <ConfirmByName
      opened={opened}
      onClose={onClose}
      title={titles[kind](name)}
      name={name}
      action={texts.action[kind]}
      isRunning={remove.isPending || remains.isPending}
      error={remove.error}
      onConfirm={() => remove.mutate()}
    >
      {remains.isPending && <Text c="dimmed">{texts.looking}</Text>}
      <Problem error={remains.error} />
      {remains.data && (
        <>
          <Text>{texts.intro}</Text>
          <List size="sm" mt={4}>
            {remains.data.map(({ words }) => (
              <List.Item key={words}>{words}</List.Item>
            ))}
            {kind !== 'group' && <List.Item>{texts.sessions}</List.Item>}
          </List>
        </>
      )}
    </ConfirmByName>
  );
}
