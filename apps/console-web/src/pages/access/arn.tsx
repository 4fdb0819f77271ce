import { Group } from '@mantine/core';
import { CopyButton } from '../../components/copy-button';
import { MachineText } from '../../components/machine-text';
import { accessTexts } from '../../texts/access';

/** A whole ARN, with a button that copies it. */
export function Arn({ arn }: { arn: string }) {
  return (
    <Group gap={4} wrap="nowrap">
      <MachineText>{arn}</MachineText>
      <CopyButton value={arn} label={accessTexts.copyArn} />
    </Group>
  );
}
