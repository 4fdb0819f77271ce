import { Button, Group, Modal, type ModalProps, Stack } from '@mantine/core';
import type { ReactNode, SyntheticEvent } from 'react';
import { commonTexts as texts } from '../texts/common';
import { Problem } from './problem';

interface FormModalProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** The fields; they are there only while the modal is open. */
  children: ReactNode;
  /** The verb on the button. */
  action: string;
  onSubmit: () => void;
  isReady?: boolean;
  isRunning?: boolean;
  /** What the last try failed with. */
  error?: unknown;
  isDangerous?: boolean;
  size?: ModalProps['size'];
}

/** A form in a modal: what is refused is said above its buttons, and nothing that was typed is lost by it. */
export function FormModal({ opened, onClose, title, children, action, onSubmit, size, error, ...state }: FormModalProps) {
  const { isReady = true, isRunning = false, isDangerous = false } = state;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (isReady && !isRunning) onSubmit();
  };
  return (
    <Modal opened={opened} onClose={onClose} title={title} size={size} closeButtonProps={{ 'aria-label': texts.close }}>
      <form onSubmit={submit}>
        <Stack gap="md">
          {children}
          <Problem error={error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {texts.cancel}
            </Button>
            <Button type="submit" color={isDangerous ? 'red' : undefined} disabled={!isReady} loading={isRunning}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
