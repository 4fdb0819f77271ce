import { Modal, Text } from '@mantine/core';
import { useState } from 'react';
import { ArnLink } from '../../components/arn-link';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { duration, fullTime } from '../../components/moment-words';
import { Section } from '../../components/section';
import { StatusBadge } from '../../components/status-badge';
import { commonTexts } from '../../texts/common';
import { rotationsTexts } from '../../texts/rotations';
import { RunReport } from './latest-run';
import { isTest, type Run, stateWords, toneOf, tookOf } from './rotation-run';

const texts = rotationsTexts.history;
const live = rotationsTexts.live;

const columns: Column<Run>[] = [
  {
    id: 'state',
    label: texts.state,
    width: 'minmax(8rem, 1fr)',
    render: (run) => <StatusBadge tone={toneOf(run)}>{stateWords(run)}</StatusBadge>,
  },
  { id: 'kind', label: texts.kind, width: 'minmax(8rem, 1fr)', render: (run) => (isTest(run) ? live.test : live.rotation) },
  { id: 'started', label: texts.started, width: '9rem', render: ({ startedDate }) => <Moment at={startedDate} /> },
  {
    id: 'took',
    label: texts.took,
    width: '7rem',
    align: 'end',
    render: (run) => {
      const took = tookOf(run, new Date());
      return took === undefined ? commonTexts.none : duration(took);
    },
  },
  {
    id: 'by',
    label: texts.by,
    width: 'minmax(8rem, 1fr)',
    render: ({ initiatedBy }) => (initiatedBy === '' ? live.scheduled : <ArnLink arn={initiatedBy} />),
  },
  {
    id: 'version',
    label: texts.version,
    width: 'minmax(8rem, 1fr)',
    wideOnly: true,
    render: ({ versionId }) => (
      <MachineText>
        <span title={versionId}>{versionId.slice(0, 8)}</span>
      </MachineText>
    ),
  },
];

/** The runs of a secret; one opens with its steps. */
export function RunHistory({ runs }: { runs: readonly Run[] | undefined }) {
  const [open, setOpen] = useState<string>();
  const run = runs?.find(({ runId }) => runId === open);
  if (runs?.length === 0) return null;
  return (
    <Section title={texts.title} flush>
      <DataTable
        label={texts.title}
        columns={columns}
        rows={runs}
        rowKey={({ runId }) => runId}
        onOpen={({ runId }) => setOpen(runId)}
        empty={<EmptyState title={texts.none} />}
        maxHeight="24rem"
      />
      <Modal
        opened={run !== undefined}
        onClose={() => setOpen(undefined)}
        size="xl"
        title={run?.startedDate ? texts.details(fullTime(run.startedDate)) : ''}
        closeButtonProps={{ 'aria-label': commonTexts.close }}
      >
        {run && (
          <>
            <RunReport run={run} />
            <Text size="sm" c="dimmed" mt="md">
              {live.version} <MachineText>{run.versionId}</MachineText>
            </Text>
          </>
        )}
      </Modal>
    </Section>
  );
}
