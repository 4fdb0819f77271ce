import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, type SyntheticEvent, useState } from 'react';
import { commonTexts as texts } from '../texts/common';
import { MachineText } from './machine-text';
import { Problem } from './problem';

interface ConfirmByNameProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What happens, and what it breaks. */
  children: ReactNode;
  /** What must be typed before the button works. */
  name: string;
  /** The verb, such as "Delete the secret". */
  action: string;
  onConfirm: () => void;
  isRunning?: boolean;
  /** What the last try failed with. */
  error?: unknown;
}

/** Asks before something that cannot be undone: the person types the name of what it is done to. */
export function ConfirmByName({ opened, onClose, title, ...form }: ConfirmByNameProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} closeButtonProps={{ 'aria-label': texts.close }}>
      <ConfirmForm onClose={onClose} {...form} />
    </Modal>
  );
}

type ConfirmFormProps = Omit<ConfirmByNameProps, 'opened' | 'title'>;

function ConfirmForm({ onClose, children, name, action, onConfirm, isRunning = false, error }: ConfirmFormProps) {
  const [typed, setTyped] = useState('');
  const matches = typed.trim() === name;
  const label = texts.typeName(name);
  const confirm = (event: SyntheticEvent) => {
    event.preventDefault();
    if (matches && !isRunning) onConfirm();
  };
  return (
    <form onSubmit={confirm}>
      <Stack gap="md">
        <Text component="div">{children}</Text>
        <TextInput
          label={
            <>
              {label.before}
              <MachineText fw={600}>{label.name}</MachineText>
              {label.after}
            </>
          }
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
        />
        <Problem error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {texts.cancel}
          </Button>
          <Button type="submit" color="red" disabled={!matches} loading={isRunning}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
