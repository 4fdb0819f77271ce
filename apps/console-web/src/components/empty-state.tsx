import { Group, Stack, Text, ThemeIcon } from '@mantine/core';
import { type Icon, IconInbox } from '@tabler/icons-react';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  title: ReactNode;
  /** What would stand here, and how it comes. */
  children?: ReactNode;
  icon?: Icon;
  /** Buttons: what one can do about it. */
  actions?: ReactNode;
}

/** What stands where there is nothing yet, or nothing that matches: says so, and what to do next. */
export function EmptyState({ title, children, icon: Sign = IconInbox, actions }: EmptyStateProps) {
  return (
    <Stack align="center" gap="xs" py="xl" px="md" ta="center">
      <ThemeIcon variant="light" color="gray" size={40} radius="xl" aria-hidden>
        <Sign size={20} stroke={1.5} />
      </ThemeIcon>
      <Text fw={550}>{title}</Text>
      {children && (
        <Text size="sm" c="dimmed" maw={460}>
          {children}
        </Text>
      )}
      {actions && (
        <Group gap="xs" mt="xs" justify="center">
          {actions}
        </Group>
      )}
    </Stack>
  );
}
