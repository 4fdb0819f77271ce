import { Anchor, Button, Checkbox, Group, Stack, Text } from '@mantine/core';
import { IconActivity, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { Problem } from '../../components/problem';
import { StatusBadge } from '../../components/status-badge';
import { trailTexts } from '../../texts/trail';
import { count } from '../usage/amounts';
import { ConditionList } from './condition-list';
import { eventColumns } from './event-columns';
import { isOwnLook } from './event-words';
import { rateOf } from './live-tail';
import { conditionCount, filterOfSearch } from './trail-search';
import { useLiveTail } from './use-live-tail';
import { useTrailSearch } from './use-trail-search';

const texts = trailTexts.live;

/** Events as they come. */
export function LiveView() {
  const [search] = useTrailSearch();
  const navigate = useNavigate();
  const [isRunning, setRunning] = useState(true);
  const [hidesReads, setHidesReads] = useState(false);
  const [hidesOwn, setHidesOwn] = useState(true);
  const conditions = useMemo(
    () => ({
      ...filterOfSearch({ ...search, last: 'all', from: undefined, to: undefined }, 0),
      ...(hidesReads && { readOnly: false }),
    }),
    [search, hidesReads],
  );
  const { tail, since, error, isBehind } = useLiveTail(conditions, isRunning);
  const events = useMemo(
    () => (hidesOwn ? tail.events.filter((event) => !isOwnLook(event, navigator.userAgent)) : tail.events),
    [tail, hidesOwn],
  );
  const rate = rateOf(tail, Date.now(), since);
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <Group gap="sm">
          <Button
            variant={isRunning ? 'default' : 'filled'}
            leftSection={isRunning ? <IconPlayerPause size={16} /> : <IconPlayerPlay size={16} />}
            onClick={() => setRunning(!isRunning)}
          >
            {isRunning ? texts.pause : texts.resume}
          </Button>
          <StatusBadge tone={isRunning ? 'busy' : 'neutral'}>{isRunning ? texts.running : texts.paused}</StatusBadge>
          <Text size="sm" c="dimmed" style={{ fontVariantNumeric: 'tabular-nums' }}>
            {texts.rate(rate.toFixed(1))} · {texts.seen(count(tail.seen))}
          </Text>
        </Group>
        <Group gap="md">
          <Checkbox
            size="sm"
            label={texts.hideReads}
            checked={hidesReads}
            onChange={(event) => setHidesReads(event.currentTarget.checked)}
          />
          <Checkbox
            size="sm"
            label={texts.hideOwn}
            title={texts.hideOwnHint}
            checked={hidesOwn}
            onChange={(event) => setHidesOwn(event.currentTarget.checked)}
          />
        </Group>
      </Group>
      {conditionCount(search) > 0 && (
        <Group gap="xs">
          <Text size="sm">{texts.onlyThese}</Text>
          <ConditionList search={{ ...search, last: 'all', from: undefined, to: undefined }} />
          <Anchor size="sm" renderRoot={(props) => <Link to="/trail" search={{ tab: 'live' } as never} {...props} />}>
            {texts.all}
          </Anchor>
        </Group>
      )}
      <Problem error={error} />
      {isBehind && <Text size="sm">{texts.behind}</Text>}
      <DataTable
        label={texts.label}
        columns={eventColumns}
        rows={events}
        rowKey={({ eventId }) => eventId}
        onOpen={({ eventId }) => void navigate({ to: '/trail/events/$eventId', params: { eventId } })}
        empty={
          <EmptyState icon={IconActivity} title={texts.waiting}>
            {texts.waitingText}
          </EmptyState>
        }
      />
    </Stack>
  );
}
