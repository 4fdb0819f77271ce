import { Anchor, Badge, Button, Group, Text } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconFileImport, IconLock, IconPlus } from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { SecretListEntry } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { client } from '../../app/api';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { PageHeader } from '../../components/page-header';
import { StatusBadge } from '../../components/status-badge';
import { usePages } from '../../components/use-pages';
import { useSearchState } from '../../components/use-search-state';
import { secretsTexts } from '../../texts/secrets';
import { FilterBar } from './filter-bar';
import { rotationState } from './rotation-state';
import { listDefaults, type ListState, requestOf, setFilters, sortingOf } from './secret-filters';

const texts = secretsTexts.list;
/** Milliseconds after the last key that a search waits for another. */
const TYPING = 150;
const MAX_TAGS = 2;

const rowsOf = ({ secretList }: { secretList: SecretListEntry[] }) => secretList;

/** All secrets that the person may list: searched, filtered and sorted by the service. */
export function SecretListPage() {
  const navigate = useNavigate();
  const [state, setState] = useSearchState(listDefaults);
  const search = useDebouncedCallback((change: Partial<ListState>) => setState(change), TYPING);
  const { nextToken: _first, ...input } = requestOf(state, '');
  const { table, isChanging } = usePages({
    queryKey: [['secrets', 'listSecrets'], { input }],
    load: (token, signal) => client.secrets.listSecrets.query(requestOf(state, token), { signal }),
    rows: rowsOf,
    next: ({ nextToken }) => nextToken,
  });
  const open = useCallback(({ name }: SecretListEntry) => void navigate({ to: '/secrets/$name', params: { name } }), [navigate]);
  const columns = useMemo(
    () => columnsOf(state.deleted, (tagKey, tagValue) => setState({ tagKey, tagValue })),
    [state.deleted, setState],
  );
  const isFiltered = state.q !== '' || setFilters(state).length > 0;
  return (
    <>
      <PageHeader
        title={texts.title}
        description={texts.description}
        actions={
          <>
            <Button
              variant="default"
              leftSection={<IconFileImport size={16} />}
              renderRoot={(props) => <Link to="/import-secrets" {...props} />}
            >
              {texts.import}
            </Button>
            <Button leftSection={<IconPlus size={16} />} renderRoot={(props) => <Link to="/new-secret" {...props} />}>
              {texts.create}
            </Button>
          </>
        }
      />
      <FilterBar state={state} onSearch={search} onChange={setState} isBusy={isChanging} />
      <DataTable
        {...table}
        label={texts.title}
        columns={columns}
        rowKey={keyOf}
        onOpen={open}
        sorting={sortingOf(state)}
        onSort={({ key, descending }) => setState({ sort: key, descending })}
        empty={isFiltered ? <NothingFound onClear={() => setState(listDefaults)} /> : <NoSecrets />}
      />
    </>
  );
}

const keyOf = ({ arn }: SecretListEntry) => arn;

const columnsOf = (withDeletion: boolean, onTag: (key: string, value: string) => void): Column<SecretListEntry>[] => [
  {
    id: 'name',
    label: texts.columns.name,
    width: 'minmax(14rem, 2.5fr)',
    sortKey: 'name',
    render: ({ name, deletedDate }) => (
      <Anchor
        c={deletedDate ? 'dimmed' : undefined}
        renderRoot={(props) => <Link to="/secrets/$name" params={{ name }} title={name} {...props} />}
      >
        <MachineText td={deletedDate ? 'line-through' : undefined}>{name}</MachineText>
      </Anchor>
    ),
  },
  {
    id: 'description',
    label: texts.columns.description,
    width: 'minmax(8rem, 1.5fr)',
    wideOnly: true,
    render: ({ description }) => (
      <Text size="sm" c="dimmed" truncate title={description}>
        <bdi>{description}</bdi>
      </Text>
    ),
  },
  {
    id: 'tags',
    label: texts.columns.tags,
    width: 'minmax(12rem, 1.5fr)',
    wideOnly: true,
    render: ({ tags }) => (
      <Group gap={4} wrap="nowrap" style={{ overflow: 'hidden' }}>
        {tags.slice(0, MAX_TAGS).map(({ key, value }) => (
          <Badge
            key={key}
            component="button"
            variant="default"
            size="sm"
            radius="sm"
            tt="none"
            fw={500}
            style={{ cursor: 'pointer', flexShrink: 1 }}
            title={texts.filterByTag(key, value)}
            onClick={() => onTag(key, value)}
          >
            {value ? `${key}=${value}` : key}
          </Badge>
        ))}
        {tags.length > MAX_TAGS && (
          <Text span size="xs" c="dimmed" title={tags.map(({ key, value }) => `${key}=${value}`).join('\n')}>
            +{tags.length - MAX_TAGS}
          </Text>
        )}
      </Group>
    ),
  },
  {
    id: 'rotation',
    label: texts.columns.rotation,
    width: '7.5rem',
    render: (secret) => {
      const rotation = rotationState(secret, new Date());
      if (!rotation) return <Moment at={undefined} />;
      return <StatusBadge tone={rotation.tone}>{rotation.text}</StatusBadge>;
    },
  },
  {
    id: 'changed',
    label: texts.columns.changed,
    width: '8rem',
    sortKey: 'changed',
    render: ({ lastChangedDate }) => <Moment at={lastChangedDate} />,
  },
  {
    id: 'read',
    label: texts.columns.read,
    width: '8rem',
    sortKey: 'read',
    render: ({ lastAccessedDate }) => <Moment at={lastAccessedDate} precision="day" never={texts.neverRead} />,
  },
  ...(withDeletion
    ? [
        {
          id: 'deletion',
          label: texts.columns.deletion,
          width: '9rem',
          render: ({ deletedDate }: SecretListEntry) =>
            deletedDate ? (
              <StatusBadge tone="bad">
                <Moment at={deletedDate} />
              </StatusBadge>
            ) : (
              <Moment at={undefined} />
            ),
        },
      ]
    : []),
];

function NothingFound({ onClear }: { onClear: () => void }) {
  return (
    <EmptyState
      title={texts.nothing}
      actions={
        <Button variant="default" onClick={onClear}>
          {texts.clear}
        </Button>
      }
    >
      {texts.nothingText}
    </EmptyState>
  );
}

function NoSecrets() {
  return (
    <EmptyState
      icon={IconLock}
      title={texts.none}
      actions={
        <>
          <Button variant="default" renderRoot={(props) => <Link to="/import-secrets" {...props} />}>
            {texts.import}
          </Button>
          <Button renderRoot={(props) => <Link to="/new-secret" {...props} />}>{texts.create}</Button>
        </>
      }
    >
      {texts.noneText}
    </EmptyState>
  );
}
