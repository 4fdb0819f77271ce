import { Alert, List, Text } from '@mantine/core';
import { IconLock } from '@tabler/icons-react';
import { homeTexts as texts } from '../../texts/home';
import type { RefusedPart } from './attention';

/** What the person may not see of the overview, and by which right they would. */
export function RefusedParts({ parts }: { parts: readonly RefusedPart[] }) {
  return (
    <Alert color="gray" variant="light" icon={<IconLock size={18} />} title={texts.partRefused}>
      <List size="sm" spacing={4} listStyleType="none">
        {parts.map(({ kind, problem }) => (
          <List.Item key={kind}>
            {texts.parts[kind]}
            <Text size="sm" c="dimmed">
              <bdi>{problem.message}</bdi>
            </Text>
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
