import { Breadcrumbs, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { commonTexts } from '../texts/common';
import { shellTexts } from '../texts/shell';

interface PageHeaderProps {
  title: ReactNode;
  /** Links to the pages above this one, the widest first. */
  breadcrumbs?: readonly ReactNode[];
  /** One sentence on what the page is for. */
  description?: ReactNode;
  /** The buttons of the page, the most wanted one last. */
  actions?: ReactNode;
  /** Of the window; default: the title, if it is a text. Never a value of a secret. */
  windowTitle?: string;
}

/** The head of a page: its title and what one can do. Each page has one; it holds the only `h1`. */
export function PageHeader({ title, breadcrumbs, description, actions, windowTitle }: PageHeaderProps) {
  const named = windowTitle ?? (typeof title === 'string' ? title : undefined);
  useDocumentTitle(named === undefined ? shellTexts.product : `${named} · ${shellTexts.product}`);
  return (
    <Group component="header" justify="space-between" align="flex-start" mb="lg" gap="sm">
      <Stack gap={2} miw={0}>
        {breadcrumbs && (
          <nav aria-label={commonTexts.breadcrumbs}>
            <Breadcrumbs separatorMargin={6} fz="sm">
              {breadcrumbs}
            </Breadcrumbs>
          </nav>
        )}
        <Title order={1}>{title}</Title>
        {description && <Text c="dimmed">{description}</Text>}
      </Stack>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  );
}
