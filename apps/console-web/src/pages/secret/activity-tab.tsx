import { Group, SegmentedControl, Stack, Text } from '@mantine/core';
import { ArnLink } from '../../components/arn-link';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { Section } from '../../components/section';
import { StatusBadge } from '../../components/status-badge';
import { useSearchState } from '../../components/use-search-state';
import { secretTexts } from '../../texts/secret';
import { type Reader, readerOf, serviceName, versionIn } from './readers';
import { MAX_COUNTED, useEvents, useReaders } from './use-reads';
import type { Secret, SecretTabProps } from './use-secret';

const texts = secretTexts.activity;
const defaults = { events: 'reads' };

/** Who read the secret, when, and which version. */
export function ActivityTab({ secret }: SecretTabProps) {
  return (
    <Stack gap="md">
      <Readers secret={secret} />
      <Events secret={secret} />
    </Stack>
  );
}

const shortVersion = (versionId: string, secret: Secret): string =>
  secret.versionIdsToStages[versionId]?.stages[0] ?? versionId.slice(0, 8);

function Readers({ secret }: SecretTabProps) {
  const { data, error, refetch } = useReaders(secret.arn);
  const columns: Column<Reader>[] = [
    {
      id: 'who',
      label: texts.reader,
      width: 'minmax(10rem, 2fr)',
      render: ({ arn }) => <ArnLink arn={arn} label={serviceName(arn)} />,
    },
    { id: 'count', label: texts.count, width: '6rem', align: 'end', render: ({ count }) => count.toLocaleString('en') },
    {
      id: 'refused',
      label: texts.refused,
      width: '6rem',
      align: 'end',
      render: ({ refused }) => (refused === 0 ? '–' : <StatusBadge tone="bad">{refused}</StatusBadge>),
    },
    { id: 'last', label: texts.last, width: '9rem', render: ({ last }) => <Moment at={last} /> },
    {
      id: 'versions',
      label: texts.versions,
      width: 'minmax(8rem, 1fr)',
      render: ({ versions }) => versions.map((id) => shortVersion(id, secret)).join(', ') || '–',
    },
    {
      id: 'addresses',
      label: texts.addresses,
      width: 'minmax(8rem, 1fr)',
      wideOnly: true,
      render: ({ addresses }) => <MachineText>{addresses.slice(0, 3).join(', ')}</MachineText>,
    },
  ];
  return (
    <Section title={texts.title} description={texts.description} flush>
      <DataTable
        label={texts.title}
        columns={columns}
        rows={data?.readers}
        rowKey={({ arn }) => arn}
        error={error}
        onRetry={() => void refetch()}
        empty={<EmptyState title={texts.none} />}
        maxHeight="24rem"
      />
      {data?.isCut && (
        <Text size="sm" c="dimmed" p="sm">
          {texts.more(MAX_COUNTED)}
        </Text>
      )}
    </Section>
  );
}

function Events({ secret }: SecretTabProps) {
  const [{ events: kind }, change] = useSearchState(defaults);
  const isReads = kind !== 'all';
  const { table } = useEvents(secret.arn, isReads ? 'GetSecretValue' : undefined);
  type Row = NonNullable<typeof table.rows>[number];
  const columns: Column<Row>[] = [
    { id: 'when', label: texts.when, width: '9rem', render: ({ eventTime }) => <Moment at={eventTime} /> },
    {
      id: 'who',
      label: texts.who,
      width: 'minmax(9rem, 2fr)',
      render: (event) => <ArnLink arn={readerOf(event)} label={serviceName(readerOf(event))} />,
    },
    { id: 'what', label: texts.what, width: 'minmax(10rem, 1.5fr)', render: ({ eventName }) => eventName },
    {
      id: 'version',
      label: texts.version,
      width: 'minmax(7rem, 1fr)',
      render: (event) => {
        const id = versionIn(event, secret.arn);
        return id === undefined ? '–' : <span title={id}>{shortVersion(id, secret)}</span>;
      },
    },
    {
      id: 'from',
      label: texts.from,
      width: '8rem',
      wideOnly: true,
      render: ({ sourceIpAddress }) => <MachineText>{sourceIpAddress}</MachineText>,
    },
    {
      id: 'outcome',
      label: texts.outcome,
      width: 'minmax(8rem, 1fr)',
      render: ({ errorCode, errorMessage }) =>
        errorCode === '' ? (
          <StatusBadge tone="good">{texts.done}</StatusBadge>
        ) : (
          <span title={errorMessage}>
            <StatusBadge tone="bad">{errorCode}</StatusBadge>
          </span>
        ),
    },
  ];
  return (
    <Section
      title={texts.events}
      flush
      actions={
        <Group>
          <SegmentedControl
            size="xs"
            aria-label={texts.kind}
            value={isReads ? 'reads' : 'all'}
            onChange={(value) => change({ events: value })}
            data={[
              { value: 'reads', label: texts.reads },
              { value: 'all', label: texts.all },
            ]}
          />
        </Group>
      }
    >
      <DataTable
        label={texts.events}
        columns={columns}
        {...table}
        rowKey={({ eventId }) => eventId}
        empty={<EmptyState title={isReads ? texts.none : texts.noneAll} />}
        maxHeight="32rem"
      />
    </Section>
  );
}
