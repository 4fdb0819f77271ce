import { Anchor, Button, List, Stack, Text } from '@mantine/core';
import { IconFlask } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../app/api';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { notificationsTexts } from '../../texts/notifications';
import { Result } from '../trail/event-columns';
import { whoOf } from '../trail/event-words';

const texts = notificationsTexts.rule;

interface PatternTrialProps {
  pattern: string;
  /** Whether what is tried sees calls that only read. */
  seesReads: boolean;
}

/** Tries a pattern with the newest events of the trail. */
export function PatternTrial({ pattern, seesReads }: PatternTrialProps) {
  const { mutate, data, error, isPending } = useMutation(api.trail.tryPattern.mutationOptions());
  return (
    <Section title={texts.try} description={texts.tryText}>
      <Stack gap="sm" align="flex-start">
        <Button
          variant="default"
          leftSection={<IconFlask size={16} />}
          loading={isPending}
          disabled={pattern.trim() === ''}
          onClick={() => mutate({ eventPattern: pattern })}
        >
          {texts.tryNow}
        </Button>
        <Problem error={error} />
        {data && (
          <Stack gap="xs" role="status">
            <Text fw={550}>{texts.matched(data.matched, data.looked)}</Text>
            {!seesReads && data.events.some(({ readOnly }) => readOnly) && <Text size="sm">{texts.readsUnseen}</Text>}
            {data.events.length < data.matched && <Text size="sm">{texts.matchedSome(data.events.length)}</Text>}
            <List size="sm" spacing={4} listStyleType="none">
              {data.events.map((event) => (
                <List.Item key={event.eventId}>
                  <Anchor
                    renderRoot={(props) => <Link to="/trail/events/$eventId" params={{ eventId: event.eventId }} {...props} />}
                  >
                    <MachineText>{event.eventName}</MachineText>
                  </Anchor>{' '}
                  <bdi>{whoOf(event)}</bdi> <Moment at={event.eventTime} /> <Result {...event} />
                </List.Item>
              ))}
            </List>
          </Stack>
        )}
      </Stack>
    </Section>
  );
}
