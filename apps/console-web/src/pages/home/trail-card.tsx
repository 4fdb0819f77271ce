import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { TrailState } from '@strongroom/console-api';
import { KeyValues } from '../../components/key-values';
import { Moment } from '../../components/moment';
import { Section } from '../../components/section';
import { homeTexts } from '../../texts/home';
import { localPart } from '../trail/event-words';
import { count } from '../usage/amounts';

const texts = homeTexts.trail;

/** How long the trail is, and who has checked it. */
export function TrailCard({
  trail: { events, verifiedAt, verifiedBy, checkpointAt },
  isStale,
}: {
  trail: TrailState;
  isStale: boolean;
}) {
  return (
    <Section title={texts.title} description={texts.events(count(events))}>
      <Stack gap="sm">
        <KeyValues
          items={[
            [
              texts.verified,
              <span key="verified">
                <Moment at={verifiedAt} never={texts.never} />
                {verifiedBy && (
                  <Text span inherit c="dimmed">
                    {' '}
                    {texts.verifiedBy} <bdi>{localPart(verifiedBy)}</bdi>
                  </Text>
                )}
              </span>,
            ],
            [texts.checkpoint, <Moment key="checkpoint" at={checkpointAt} never={texts.noCheckpoint} />],
          ]}
        />
        {isStale && <Text size="sm">{texts.stale}</Text>}
        <Group gap="md">
          <Anchor size="sm" renderRoot={(props) => <Link to="/trail" search={{ tab: 'verify' } as never} {...props} />}>
            {texts.verify}
          </Anchor>
          <Anchor size="sm" renderRoot={(props) => <Link to="/trail" {...props} />}>
            {texts.open}
          </Anchor>
        </Group>
      </Stack>
    </Section>
  );
}
