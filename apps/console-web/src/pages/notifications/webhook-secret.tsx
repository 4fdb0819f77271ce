import { Button, Code, Group, Modal, Stack, Text } from '@mantine/core';
import { CopyButton } from '../../components/copy-button';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { notificationsTexts } from '../../texts/notifications';

const texts = notificationsTexts.webhooks;

export interface NewSecret {
  readonly webhook: string;
  readonly value: string;
  /** Until when the old one signs as well. */
  readonly oldUntil?: Date;
}

/** Shows a signing secret, once. It is forgotten when the window closes. */
export function SigningSecret({ secret, onClose }: { secret: NewSecret | undefined; onClose: () => void }) {
  return (
    // A click beside it must not lose what is never shown again.
    <Modal
      opened={secret !== undefined}
      onClose={onClose}
      title={texts.secretTitle}
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      {secret && (
        <Stack gap="md">
          <Text>
            <MachineText fw={600}>{secret.webhook}</MachineText>
          </Text>
          <Text size="sm">{texts.secretText}</Text>
          <Group gap="xs" wrap="nowrap">
            <Code block flex={1} style={{ whiteSpace: 'pre-wrap' }}>
              {secret.value}
            </Code>
            <CopyButton value={secret.value} label={texts.copySecret} isSecret />
          </Group>
          {secret.oldUntil && (
            <Text size="sm">
              {texts.oldUntil} <Moment at={secret.oldUntil} />.
            </Text>
          )}
          <Group justify="flex-end">
            <Button onClick={onClose} data-autofocus>
              {texts.secretDone}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
