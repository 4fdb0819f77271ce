import { Kbd, Modal, Table } from '@mantine/core';
import { commonTexts } from '../texts/common';
import { shellTexts as texts } from '../texts/shell';
import { areas } from './areas';

interface KeyboardHelpProps {
  opened: boolean;
  onClose: () => void;
}

const keys: readonly (readonly [readonly string[], string])[] = [
  [['Ctrl', 'K'], texts.keys.search],
  [['/'], texts.keys.find],
  [['?'], texts.keys.help],
  ...areas.map(({ key, label }) => [['g', key], texts.keys.go(label)] as const),
  [['↑', '↓'], texts.keys.rows],
  [['Enter'], texts.keys.open],
  [['Esc'], texts.keys.close],
];

/** The keys that the console knows. */
export function KeyboardHelp({ opened, onClose }: KeyboardHelpProps) {
  return (
    <Modal opened={opened} onClose={onClose} title={texts.keyboard} closeButtonProps={{ 'aria-label': commonTexts.close }}>
      <Table withRowBorders={false} verticalSpacing={4}>
        <Table.Tbody>
          {keys.map(([pressed, deed]) => (
            <Table.Tr key={deed}>
              <Table.Td w={110}>
                {pressed.map((key) => (
                  <Kbd key={key} size="sm" mr={4}>
                    {key}
                  </Kbd>
                ))}
              </Table.Td>
              <Table.Td>{deed}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
