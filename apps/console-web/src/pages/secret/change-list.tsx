import { Table } from '@mantine/core';
import type { KeyDifference } from '@strongroom/secret-values';
import { MachineText } from '../../components/machine-text';
import { StatusBadge } from '../../components/status-badge';
import { secretTexts } from '../../texts/secret';

const texts = secretTexts.changes;
const tones = { added: 'good', removed: 'bad', changed: 'warning', same: 'neutral' } as const;

/** Keys with what happens to each; never a value. */
export function ChangeList({ changes, label }: { changes: readonly KeyDifference[]; label: string }) {
  return (
    <Table.ScrollContainer minWidth={260} mah={320}>
      <Table aria-label={label}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{texts.key}</Table.Th>
            <Table.Th w={120}>{texts.change}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {changes.map(({ key, change }) => (
            <Table.Tr key={key}>
              <Table.Td>
                {key === '' ? texts.whole : <MachineText style={{ overflowWrap: 'anywhere' }}>{key}</MachineText>}
              </Table.Td>
              <Table.Td>
                <StatusBadge tone={tones[change]}>{texts[change]}</StatusBadge>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}
