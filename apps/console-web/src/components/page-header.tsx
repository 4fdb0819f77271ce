import { Group, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

interface PageHeaderProps {
  title: ReactNode;
  /** One sentence on what the page is for. */
  description?: ReactNode;
  /** The buttons of the page, the most wanted one last. */
  actions?: ReactNode;
}

/** The head of a page: its title and what one can do. Each page has one; it holds the only `h1`. */
export function PageHeader({ title, description, actions }: PageHeaderProps) {
  return (
    <Group component="header" justify="space-between" align="flex-start" mb="lg" gap="sm">
      <Stack gap={2} miw={0}>
        <Title order={1}>{title}</Title>
        {description && <Text c="dimmed">{description}</Text>}
      </Stack>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  );
}
