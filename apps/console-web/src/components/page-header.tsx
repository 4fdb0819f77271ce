import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { commonTexts } from '../texts/common';
import { shellTexts } from '../texts/shell';

interface PageHeaderProps {
  title: ReactNode;
  /** Of a page below an area's: a link leads back to the area, and there to `tab`. */
  area?: 'secrets' | 'keys' | 'access' | 'trail' | 'notifications';
  tab?: string;
  /** One sentence on what the page is for. */
  description?: ReactNode;
  /** The buttons of the page, the most wanted one last. */
  actions?: ReactNode;
  /** Of the window; default: the title, if it is a text. Never a value of a secret. */
  windowTitle?: string;
}

/** The head of a page: its title and what one can do. Each page has one; it holds the only `h1`. */
export function PageHeader({ title, area, tab, description, actions, windowTitle }: PageHeaderProps) {
  const named = windowTitle ?? (typeof title === 'string' ? title : undefined);
  useDocumentTitle(named === undefined ? shellTexts.product : `${named} · ${shellTexts.product}`);
  return (
    <Group component="header" justify="space-between" align="flex-start" mb="lg" gap="sm">
      <Stack gap={2} miw={0}>
        {area && (
          <nav aria-label={commonTexts.breadcrumbs}>
            <Anchor size="sm" renderRoot={(props) => <Link to={`/${area}`} search={{ tab } as never} {...props} />}>
              {shellTexts.areas[area]}
            </Anchor>
          </nav>
        )}
        <Title order={1}>{title}</Title>
        {description && <Text c="dimmed">{description}</Text>}
      </Stack>
      {actions && <Group gap="xs">{actions}</Group>}
    </Group>
  );
}
