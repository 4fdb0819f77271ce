import { Button, Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconLock, IconPlugConnected, IconUserPlus, type Icon } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, type LinkProps } from '@tanstack/react-router';
import { api } from '../../app/api';
import { Section } from '../../components/section';
import { homeTexts } from '../../texts/home';

const texts = homeTexts.steps;

/** What one does first in an empty cluster. Nothing once there is a secret. */
export function FirstSteps() {
  const { data: secrets } = useQuery(api.secrets.listSecrets.queryOptions({ maxResults: 100 }));
  const isEmpty = secrets?.secretList.length === 0;
  const { data: roles } = useQuery({ ...api.identity.listRoles.queryOptions({}), enabled: isEmpty });
  const { data: users } = useQuery({ ...api.identity.listUsers.queryOptions({}), enabled: isEmpty });
  if (!isEmpty) return null;
  return (
    <Section title={texts.title} description={texts.text}>
      <SimpleGrid cols={{ base: 1, md: 3 }} spacing="lg" component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
        <Step icon={IconLock} words={texts.secret} where={{ to: '/new-secret' }} isDone={false} />
        <Step
          icon={IconPlugConnected}
          words={texts.application}
          where={{ to: '/access', search: { tab: 'roles' } as never }}
          isDone={(roles?.roles.length ?? 0) > 0}
        />
        <Step
          icon={IconUserPlus}
          words={texts.user}
          where={{ to: '/access' }}
          // The first user is whoever looks.
          isDone={(users?.users.length ?? 0) > 1}
        />
      </SimpleGrid>
    </Section>
  );
}

interface StepProps {
  icon: Icon;
  words: { title: string; text: string; action: string };
  where: Pick<LinkProps, 'to' | 'search'>;
  isDone: boolean;
}

function Step({ icon: Sign, words: { title, text, action }, where, isDone }: StepProps) {
  return (
    <Stack component="li" gap="xs" align="flex-start">
      <Group gap="xs">
        {isDone ? (
          <IconCircleCheck size={18} color="var(--mantine-color-green-6)" aria-hidden />
        ) : (
          <Sign size={18} stroke={1.6} aria-hidden />
        )}
        <Text fw={550}>{title}</Text>
        {isDone && (
          <Text span size="sm" c="dimmed">
            {texts.done}
          </Text>
        )}
      </Group>
      <Text size="sm" c="dimmed">
        {text}
      </Text>
      <Button size="xs" variant="default" renderRoot={(props) => <Link {...where} {...props} />}>
        {action}
      </Button>
    </Stack>
  );
}
