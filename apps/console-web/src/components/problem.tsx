import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { IconAlertTriangle, IconHourglass, IconLock, IconMoodEmpty, IconPlugConnectedX } from '@tabler/icons-react';
import { type ApiProblem, problemOf } from '../app/api-error';
import { commonTexts } from '../texts/common';
import { MachineText } from './machine-text';

const texts = commonTexts.problem;

interface ProblemProps {
  /** What a query or a mutation failed with; nothing is shown for none. */
  error: unknown;
  /** Offers to ask again. */
  onRetry?: () => void;
  /** Default: what kind of problem it is. */
  title?: string;
}

const looks = (kind: ApiProblem['kind']) => {
  switch (kind) {
    case 'permission-denied':
      return { title: texts.refused, color: 'yellow', icon: <IconLock size={18} /> };
    case 'not-found':
      return { title: texts.missing, color: 'gray', icon: <IconMoodEmpty size={18} /> };
    case 'resource-exhausted':
      return { title: texts.throttled, color: 'yellow', icon: <IconHourglass size={18} /> };
    case 'invalid-argument':
      return { title: texts.invalid, color: 'red', icon: <IconAlertTriangle size={18} /> };
    case undefined:
      return { title: texts.unreachable, color: 'red', icon: <IconPlugConnectedX size={18} /> };
    default:
      return { title: texts.failed, color: 'red', icon: <IconAlertTriangle size={18} /> };
  }
};

/**
 * Shows a failed call or a refusal where it belongs: what happened, by which right it would have worked, and the request's
 * id.
 */
export function Problem({ error, onRetry, title }: ProblemProps) {
  if (error === null || error === undefined) return null;
  const problem = problemOf(error);
  const look = looks(problem.kind);
  return (
    <Alert color={look.color} icon={look.icon} title={title ?? look.title} role="alert" variant="light" p="sm">
      <Stack gap="xs" align="flex-start">
        <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
          <bdi>{problem.kind ? problem.message : texts.unreachableText}</bdi>
        </Text>
        {(problem.requestId || onRetry) && (
          <Group gap="md">
            {onRetry && (
              <Button size="xs" variant="default" onClick={onRetry}>
                {commonTexts.retry}
              </Button>
            )}
            {problem.requestId && (
              <Text size="xs" c="dimmed">
                {texts.requestId} <MachineText>{problem.requestId}</MachineText>
              </Text>
            )}
          </Group>
        )}
      </Stack>
    </Alert>
  );
}
