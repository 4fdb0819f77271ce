import { Button, Group, Stack, Text } from '@mantine/core';
import { IconFileExport, IconHistory, IconPlayerPlay, IconRefresh } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import type { Output } from '@strongroom/console-api';
import type { LookupEventsResponse } from '@strongroom/contracts/strongroom/audit/v1/audit';
import { useMemo, useState } from 'react';
import { client } from '../../app/api';
import { DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { usePages } from '../../components/use-pages';
import { trailTexts } from '../../texts/trail';
import { count } from '../usage/amounts';
import { eventColumns } from './event-columns';
import { SearchConditions } from './search-conditions';
import { conditionCount, filterOfSearch, isBackwards } from './trail-search';
import { useTrailSearch } from './use-trail-search';

const texts = trailTexts.search;
const PAGE_SIZE = 100;

const eventsOf = ({ events }: Output<LookupEventsResponse>) => events;

/** Past events, newest first. */
export function SearchView() {
  const [search] = useTrailSearch();
  const navigate = useNavigate();
  // A page and those after it are of one and the same range, so "now" stands still until somebody looks again.
  const [asOf, setAsOf] = useState(() => Date.now());
  const filter = useMemo(() => filterOfSearch(search, asOf), [search, asOf]);
  const { isChanging, table } = usePages({
    queryKey: [['audit', 'lookupEvents'], { input: { filter } }],
    load: (nextToken, signal) => client.audit.lookupEvents.query({ filter, maxResults: PAGE_SIZE, nextToken }, { signal }),
    rows: eventsOf,
    next: ({ nextToken }) => nextToken,
    enabled: !isBackwards(search),
  });
  const events = table.rows;
  const openTab = (tab: string) => void navigate({ to: '/trail', search: { ...search, tab } as never });
  return (
    <Stack gap="md">
      <SearchConditions />
      <Group justify="space-between" gap="xs">
        <Text size="sm" c="dimmed" role="status">
          {events && events.length > 0 && texts.shown(`${count(events.length)}${table.hasMore ? '+' : ''}`)}
        </Text>
        <Group gap="xs">
          <Button size="xs" variant="default" leftSection={<IconPlayerPlay size={14} />} onClick={() => openTab('live')}>
            {texts.watchThese}
          </Button>
          <Button size="xs" variant="default" leftSection={<IconFileExport size={14} />} onClick={() => openTab('export')}>
            {texts.exportThese}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconRefresh size={14} />}
            loading={isChanging}
            onClick={() => setAsOf(Date.now())}
          >
            {texts.refresh}
          </Button>
        </Group>
      </Group>
      <DataTable
        label={texts.label}
        columns={eventColumns}
        rowKey={({ eventId }) => eventId}
        onOpen={({ eventId }) => void navigate({ to: '/trail/events/$eventId', params: { eventId } })}
        {...table}
        empty={
          <EmptyState icon={IconHistory} title={texts.none}>
            {conditionCount(search) > 0 || search.last !== 'all' ? texts.noneText : undefined}
          </EmptyState>
        }
      />
    </Stack>
  );
}
