import { Alert, Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { currentOf, type SourceItem } from '@strongroom/secret-files';
import { api } from '../../app/api';
import { type Column, DataTable } from '../../components/data-table';
import { MachineText } from '../../components/machine-text';
import { Problem } from '../../components/problem';
import { StatusBadge, type Tone } from '../../components/status-badge';
import { secretsTexts } from '../../texts/secrets';
import { countsOf, type Entry, type EntryState, planOf, sizeOfEntry, withExisting } from './import-plan';
import { createAll, existingNames } from './importing';
import { RevealedText } from './revealed-text';

const texts = secretsTexts.import;

const tones: Readonly<Record<EntryState, Tone>> = {
  unknown: 'neutral',
  new: 'good',
  exists: 'neutral',
  invalid: 'bad',
  running: 'busy',
  created: 'good',
  failed: 'bad',
};

interface ImportPreviewProps {
  items: readonly SourceItem[];
  prefix: string;
  /** Goes back to choose another file. */
  onAgain: () => void;
}

/** Shows what would become of each entry, and creates those that are new. Values stay hidden unless the person shows one. */
export function ImportPreview({ items, prefix, onAgain }: ImportPreviewProps) {
  const queryClient = useQueryClient();
  const [entries, setEntries] = useState(() => planOf(items, prefix));
  const [lookup, setLookup] = useState<'running' | 'done' | { error: unknown }>('running');
  const [isRunning, setRunning] = useState(false);
  const [stopping] = useState(() => ({ controller: new AbortController() }));
  const tokens = useRef(new Map<string, string>());

  useEffect(() => {
    const looking = new AbortController();
    const names = planOf(items, prefix).flatMap(({ name, state }) => (state === 'unknown' ? [name] : []));
    existingNames(names, looking.signal).then(
      (existing) => {
        setEntries((before) => withExisting(before, existing));
        setLookup('done');
      },
      (error: unknown) => {
        if (!looking.signal.aborted) setLookup({ error });
      },
    );
    return () => looking.abort();
  }, [items, prefix]);
  useEffect(() => () => stopping.controller.abort(), [stopping]);

  const counts = countsOf(entries);
  const run = async () => {
    stopping.controller = new AbortController();
    setRunning(true);
    const change = (index: number, part: Pick<Entry, 'state' | 'reason'>) =>
      setEntries((before) => before.map((entry, at) => (at === index ? { ...entry, reason: undefined, ...part } : entry)));
    await createAll(entries, tokens.current, change, stopping.controller.signal);
    setRunning(false);
    await queryClient.invalidateQueries(api.secrets.pathFilter());
  };
  const todo = counts.new + counts.failed;
  const total = todo + counts.running + counts.created;
  // Someone who may not list secrets can create them all the same: what exists is refused, not overwritten.
  const canStart = lookup !== 'running';
  const begin = () => {
    if (lookup !== 'done') setEntries((before) => withExisting(before, new Set()));
    void run();
  };
  const ready = lookup === 'done' ? todo : todo + counts.unknown;
  return (
    <Stack gap="md">
      <Group justify="space-between" gap="sm">
        <Group gap={6} role="status">
          {(Object.keys(counts) as EntryState[])
            .filter((state) => counts[state])
            .map((state) => (
              <StatusBadge key={state} tone={tones[state]}>
                {texts.count(counts[state], texts.states[state])}
              </StatusBadge>
            ))}
        </Group>
        <Group gap="xs">
          {isRunning ? (
            <Button variant="default" onClick={() => stopping.controller.abort()}>
              {texts.stop}
            </Button>
          ) : (
            <Button variant="default" onClick={onAgain}>
              {texts.again}
            </Button>
          )}
          {counts.created > 0 && ready === 0 ? (
            <Button renderRoot={(props) => <Link to="/secrets" {...props} />}>{texts.toList}</Button>
          ) : (
            <Button onClick={begin} disabled={!ready || !canStart} loading={isRunning || !canStart}>
              {counts.failed || counts.created ? texts.goOn(ready) : texts.create(ready)}
            </Button>
          )}
        </Group>
      </Group>
      {(isRunning || counts.created > 0) && total > 0 && (
        <Progress value={(counts.created / total) * 100} aria-label={texts.progress(counts.created, total)} size="sm" />
      )}
      {typeof lookup === 'object' && <Problem error={lookup.error} title={texts.faults.notListed} />}
      {counts.exists > 0 && <Alert color="petrol">{texts.existing(counts.exists)}</Alert>}
      <DataTable
        label={texts.entries}
        columns={columns}
        rows={entries}
        rowKey={keyOf}
        maxHeight="max(22rem, calc(100dvh - 20rem))"
      />
    </Stack>
  );
}

const keyOf = ({ name }: Entry) => name;

const columns: Column<Entry>[] = [
  { id: 'name', label: texts.columns.name, width: 'minmax(12rem, 2fr)', render: ({ name }) => <MachineText>{name}</MachineText> },
  {
    id: 'state',
    label: texts.columns.state,
    width: '8rem',
    render: ({ state }) => <StatusBadge tone={tones[state]}>{texts.states[state]}</StatusBadge>,
  },
  {
    id: 'value',
    label: texts.columns.value,
    width: 'minmax(9rem, 1.5fr)',
    render: ({ source }) => {
      const text = source && currentOf(source)?.value.secretString;
      return text ? <RevealedText text={text} /> : null;
    },
  },
  {
    id: 'size',
    label: texts.columns.size,
    width: '5rem',
    align: 'end',
    wideOnly: true,
    render: (entry) => texts.bytes(sizeOfEntry(entry)),
  },
  {
    id: 'reason',
    label: texts.columns.why,
    width: 'minmax(10rem, 2fr)',
    render: ({ reason }) =>
      reason ? (
        <Text size="sm" c="dimmed">
          <bdi>{reason}</bdi>
        </Text>
      ) : null,
  },
];
