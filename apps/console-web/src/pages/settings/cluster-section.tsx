import { Code, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { ServiceHealth } from '@strongroom/console-api';
import { api } from '../../app/api';
import { type Column, DataTable } from '../../components/data-table';
import { KeyValues } from '../../components/key-values';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { StatusBadge, type Tone } from '../../components/status-badge';
import { settingsTexts } from '../../texts/settings';

const texts = settingsTexts.cluster;
const REFRESH = 10_000;

const tones: Readonly<Record<ServiceHealth['state'], Tone>> = { serving: 'good', 'not-serving': 'warning', unreachable: 'bad' };

const columns: Column<ServiceHealth>[] = [
  { id: 'name', label: texts.columns.name, width: 'minmax(10rem, 2fr)', render: ({ name }) => <MachineText>{name}</MachineText> },
  {
    id: 'state',
    label: texts.columns.state,
    width: '9rem',
    render: ({ state }) => <StatusBadge tone={tones[state]}>{texts.states[state]}</StatusBadge>,
  },
  {
    id: 'took',
    label: texts.columns.took,
    width: '7rem',
    align: 'end',
    render: ({ tookMs }) => (tookMs === undefined ? null : texts.milliseconds(tookMs)),
  },
  {
    id: 'certificate',
    label: texts.columns.certificate,
    width: 'minmax(9rem, 1fr)',
    render: ({ certificateEndsAt }) => <Moment at={certificateEndsAt} />,
  },
];

/** The services that answer, and their versions. */
export function ClusterSection() {
  const health = useQuery(api.cluster.health.queryOptions(undefined, { refetchInterval: REFRESH }));
  const version = useQuery(api.cluster.version.queryOptions());
  return (
    <Stack gap="lg">
      <Section title={texts.version}>
        <Problem error={version.error} />
        <KeyValues
          items={[
            [texts.page, <MachineText key="page">{__STRONGROOM_VERSION__}</MachineText>],
            [texts.service, version.data && <MachineText>{version.data.version}</MachineText>],
            [texts.region, version.data && <MachineText>{version.data.region}</MachineText>],
            [texts.checked, health.data && <Moment at={health.data.checkedAt} />],
          ]}
        />
      </Section>
      <Section flush title={texts.services}>
        <DataTable
          label={texts.services}
          columns={columns}
          rows={health.data?.services}
          rowKey={({ name }) => name}
          error={health.error}
          onRetry={() => void health.refetch()}
        />
      </Section>
      <Section title={texts.backups} description={texts.backupsText}>
        <Code block style={{ whiteSpace: 'pre-wrap' }}>
          {texts.backupCommands}
        </Code>
      </Section>
    </Stack>
  );
}
