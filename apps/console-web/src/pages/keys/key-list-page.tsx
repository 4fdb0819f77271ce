import { Anchor, Button, Group, Skeleton, Stack, Text } from '@mantine/core';
import { IconKey, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { AliasListEntry, KeyListEntry, KeyMetadata } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { api, client } from '../../app/api';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { PageHeader } from '../../components/page-header';
import { usePages } from '../../components/use-pages';
import { keysTexts } from '../../texts/keys';
import { KeyStateBadge } from './key-state-badge';
import { usageText } from './key-words';

const texts = keysTexts.list;
const rowsOf = ({ keys }: { keys: KeyListEntry[] }) => keys;
/** Pages of aliases that are read: more than a thousand names are no help in a list. */
const ALIAS_PAGES = 10;

async function allAliases(signal: AbortSignal): Promise<AliasListEntry[]> {
  const all: AliasListEntry[] = [];
  let marker = '';
  for (let page = 0; page < ALIAS_PAGES; page++) {
    const { aliases, nextMarker, truncated } = await client.keys.listAliases.query({ limit: 100, marker }, { signal });
    all.push(...aliases);
    if (!truncated) break;
    marker = nextMarker;
  }
  return all;
}

/** The keys of the account. Each is described when its row comes into sight. */
export function KeyListPage() {
  const navigate = useNavigate();
  const { table } = usePages({
    queryKey: [['keys', 'listKeys'], { input: {} }],
    load: (marker, signal) => client.keys.listKeys.query({ marker, limit: 100 }, { signal }),
    rows: rowsOf,
    next: ({ truncated, nextMarker }) => (truncated ? nextMarker : undefined),
  });
  // Whoever may not list aliases sees the keys by their ids.
  const aliases = useQuery({
    queryKey: [['keys', 'listAliases'], { input: {}, type: 'all' }],
    queryFn: ({ signal }) => allAliases(signal),
  });
  const names = useMemo(() => {
    const byKey = new Map<string, string[]>();
    for (const { targetKeyId, aliasName } of aliases.data ?? []) {
      byKey.set(targetKeyId, [...(byKey.get(targetKeyId) ?? []), aliasName]);
    }
    return byKey;
  }, [aliases.data]);
  const columns = useMemo(() => columnsOf(names), [names]);
  const create = (
    <Button leftSection={<IconPlus size={16} />} renderRoot={(props) => <Link to="/new-key" {...props} />}>
      {texts.create}
    </Button>
  );
  return (
    <>
      <PageHeader title={keysTexts.title} description={keysTexts.description} actions={create} />
      <DataTable
        {...table}
        label={keysTexts.title}
        columns={columns}
        rowKey={({ keyId }) => keyId}
        onOpen={({ keyId }) => void navigate({ to: '/keys/$id', params: { id: keyId } })}
        empty={
          <EmptyState title={texts.empty} icon={IconKey} actions={create}>
            {texts.emptyText}
          </EmptyState>
        }
      />
    </>
  );
}

const columnsOf = (names: ReadonlyMap<string, readonly string[]>): Column<KeyListEntry>[] => [
  {
    id: 'key',
    label: texts.id,
    width: 'minmax(16rem, 2.5fr)',
    render: ({ keyId }) => (
      <Stack gap={0}>
        <Anchor renderRoot={(props) => <Link to="/keys/$id" params={{ id: keyId }} {...props} />}>
          <MachineText>{names.get(keyId)?.join(', ') ?? keyId}</MachineText>
        </Anchor>
        {names.has(keyId) && (
          <Text size="xs" c="dimmed" truncate>
            <MachineText>{keyId}</MachineText>
          </Text>
        )}
      </Stack>
    ),
  },
  {
    id: 'spec',
    label: texts.spec,
    render: (key) => <Described keyId={key.keyId} part={({ keySpec }) => <MachineText>{keySpec}</MachineText>} />,
  },
  {
    id: 'usage',
    label: texts.usage,
    wideOnly: true,
    render: (key) => <Described keyId={key.keyId} part={({ keyUsage }) => usageText(keyUsage)} />,
  },
  {
    id: 'state',
    label: texts.state,
    width: '9rem',
    render: (key) => <Described keyId={key.keyId} part={({ keyState }) => <KeyStateBadge state={keyState} />} />,
  },
  {
    id: 'created',
    label: texts.created,
    width: '9rem',
    wideOnly: true,
    render: (key) => <Described keyId={key.keyId} part={({ creationDate }) => <Moment at={creationDate} />} />,
  },
];

interface DescribedProps {
  keyId: string;
  part: (metadata: KeyMetadata) => React.ReactNode;
}

/** A part of what DescribeKey tells; its cells share one call. */
function Described({ keyId, part }: DescribedProps) {
  const { data, error } = useQuery(api.keys.describeKey.queryOptions({ keyId }, { staleTime: 30_000 }));
  if (error) {
    return (
      <Text size="sm" c="dimmed" title={texts.refused}>
        –
      </Text>
    );
  }
  if (!data?.keyMetadata) {
    return (
      <Group py={4}>
        <Skeleton height={12} width="60%" />
      </Group>
    );
  }
  return part(data.keyMetadata);
}
