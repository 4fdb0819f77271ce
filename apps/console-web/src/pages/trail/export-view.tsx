import { Anchor, Button, Code, Group, Stack, Text } from '@mantine/core';
import { IconDownload, IconFileExport } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { api } from '../../app/api';
import { Problem } from '../../components/problem';
import { saveFile } from '../../components/save-file';
import { Section } from '../../components/section';
import { trailTexts } from '../../texts/trail';
import { count } from '../usage/amounts';
import { ConditionList } from './condition-list';
import { type Collected, collectRecords, MAX_RECORDS } from './export-lines';
import { filterOfSearch } from './trail-search';
import { useTrailSearch } from './use-trail-search';

const texts = trailTexts.export;
const PAGE_SIZE = 1_000;

/** Collects the events of a search, and lets the browser save them as lines of JSON. */
export function ExportView() {
  const [search] = useTrailSearch();
  const queryClient = useQueryClient();
  const [progress, setProgress] = useState<number>();
  const [collected, setCollected] = useState<Collected>();
  const [error, setError] = useState<unknown>();
  const run = useRef(0);
  const stop = () => {
    run.current++;
    setProgress(undefined);
  };
  useEffect(
    () => () => {
      run.current++;
    },
    [],
  );
  // What was collected belongs to the conditions it was collected by.
  useEffect(() => setCollected(undefined), [search]);

  const start = async () => {
    const own = ++run.current;
    const isWanted = () => run.current === own;
    const filter = filterOfSearch(search, Date.now());
    setError(undefined);
    setCollected(undefined);
    setProgress(0);
    try {
      const fetchPage = (nextToken: string) =>
        queryClient.fetchQuery({
          ...api.trail.records.queryOptions({ filter, maxResults: PAGE_SIZE, nextToken }),
          staleTime: 0,
          gcTime: 0,
        });
      setCollected(await collectRecords(fetchPage, { isWanted, progress: setProgress }));
    } catch (failure) {
      if (isWanted()) setError(failure);
    }
    if (isWanted()) setProgress(undefined);
  };

  const isRunning = progress !== undefined;
  return (
    <Section title={texts.title} description={texts.text}>
      <Stack gap="md" align="flex-start" maw={860}>
        <Group gap="xs">
          <Text fw={550}>{texts.conditions}</Text>
          <ConditionList search={search} />
          <Anchor renderRoot={(props) => <Link to="/trail" search={{ ...search } as never} {...props} />}>{texts.change}</Anchor>
        </Group>
        <Group gap="xs">
          {isRunning ? (
            <Button variant="default" onClick={stop}>
              {texts.cancel}
            </Button>
          ) : (
            <Button
              variant={collected ? 'default' : 'filled'}
              leftSection={<IconFileExport size={16} />}
              onClick={() => void start()}
            >
              {collected ? texts.again : texts.start}
            </Button>
          )}
          {collected && collected.count > 0 && (
            <Button
              leftSection={<IconDownload size={16} />}
              onClick={() => saveFile(fileName(), collected.parts, 'application/jsonl')}
            >
              {texts.download}
            </Button>
          )}
        </Group>
        <Text role="status" c="dimmed" size="sm">
          {isRunning && texts.collected(count(progress))}
          {collected && (collected.count === 0 ? texts.nothing : texts.ready(count(collected.count)))}
        </Text>
        {collected?.isCut && <Text size="sm">{texts.tooMany(count(MAX_RECORDS))}</Text>}
        <Problem error={error} onRetry={() => void start()} />
        <Code block>{texts.commandLine}</Code>
      </Stack>
    </Section>
  );
}

const fileName = (): string => `strongroom-trail-${new Date().toISOString().slice(0, 19).replaceAll(':', '-')}.jsonl`;
