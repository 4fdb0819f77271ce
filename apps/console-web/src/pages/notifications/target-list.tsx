import { ActionIcon, Badge, Button, Group, Select, Stack, Table, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { Output } from '@strongroom/console-api';
import type { Target } from '@strongroom/contracts/strongroom/notification/v1/rules';
import { useState } from 'react';
import { api } from '../../app/api';
import { EmptyState } from '../../components/empty-state';
import { MachineText } from '../../components/machine-text';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { notificationsTexts } from '../../texts/notifications';
import { newTargetId, targetOf } from './rule-words';
import { usePossibleTargets } from './use-lists';

const texts = notificationsTexts.rule;
const MAX_TARGETS = 5;

/** Who is told by a rule. */
export function TargetList({ rule, isReadyMade }: { rule: string; isReadyMade: boolean }) {
  const { data, error, isPending, refetch } = useQuery(api.rules.listTargetsByRule.queryOptions({ rule }));
  const targets = data?.targets ?? [];
  return (
    <Section title={texts.targets} description={texts.targetsText}>
      <Stack gap="md" aria-busy={isPending}>
        <Problem error={error} onRetry={() => void refetch()} />
        {data && targets.length === 0 && <EmptyState title={texts.noTargets}>{texts.noTargetsText}</EmptyState>}
        {targets.length > 0 && <Targets rule={rule} targets={targets} isReadyMade={isReadyMade} />}
        {data && targets.length < MAX_TARGETS && <AddTarget rule={rule} targets={targets} />}
      </Stack>
    </Section>
  );
}

interface TargetsProps {
  rule: string;
  targets: readonly Output<Target>[];
  isReadyMade: boolean;
}

function Targets({ rule, targets, isReadyMade }: TargetsProps) {
  const remove = useAction(api.rules.removeTargets.mutationOptions(), {
    done: texts.targetRemoved,
    invalidates: [api.rules.listTargetsByRule.pathFilter()],
  });
  return (
    <Table>
      <Table.Tbody>
        {targets.map((target) => {
          const { kind, name } = targetOf(target.arn);
          return (
            <Table.Tr key={target.id}>
              <Table.Td>
                <Group gap="xs">
                  <Badge variant="default" tt="none" size="sm">
                    {texts.kinds[kind]}
                  </Badge>
                  <MachineText>{name}</MachineText>
                </Group>
              </Table.Td>
              <Table.Td>
                <Text span size="sm" c="dimmed">
                  {texts.input} {texts.inputs[inputOf(target)]}
                </Text>
              </Table.Td>
              <Table.Td ta="end">
                <ActionIcon
                  variant="subtle"
                  color="red"
                  aria-label={texts.removeTarget(name)}
                  loading={remove.isRunning}
                  onClick={() => remove.run({ rule, ids: [target.id], force: isReadyMade })}
                >
                  <IconTrash size={16} />
                </ActionIcon>
              </Table.Td>
            </Table.Tr>
          );
        })}
      </Table.Tbody>
    </Table>
  );
}

const inputOf = ({ input, inputPath, inputTransformer }: Output<Target>): keyof typeof texts.inputs =>
  inputTransformer ? 'transformed' : inputPath !== '' ? 'path' : input !== '' ? 'input' : 'event';

function AddTarget({ rule, targets }: Omit<TargetsProps, 'isReadyMade'>) {
  const possible = usePossibleTargets();
  const [arn, setArn] = useState<string | null>(null);
  const [refusal, setRefusal] = useState('');
  const { run, isRunning, error } = useAction(api.rules.putTargets.mutationOptions(), {
    invalidates: [api.rules.listTargetsByRule.pathFilter()],
    onDone: ({ failedEntries }) => {
      setRefusal(failedEntries.map(({ errorMessage }) => errorMessage).join(' '));
      if (failedEntries.length === 0) setArn(null);
    },
    showsError: true,
  });
  const free = possible.targets.filter((target) => !targets.some((taken) => taken.arn === target.arn));
  if (!possible.isPending && possible.targets.length === 0) return <Text size="sm">{texts.noneToAdd}</Text>;
  const add = () =>
    arn &&
    run({
      rule,
      targets: [
        {
          arn,
          id: newTargetId(
            arn,
            targets.map(({ id }) => id),
          ),
        },
      ],
    });
  return (
    <Stack gap="xs">
      <Group gap="xs" align="flex-end">
        <Select
          label={texts.target}
          data={(['webhook', 'topic'] as const).map((kind) => ({
            group: texts.kinds[kind],
            items: free.filter((target) => target.kind === kind).map((target) => ({ value: target.arn, label: target.name })),
          }))}
          value={arn}
          onChange={setArn}
          searchable
          error={refusal || undefined}
          miw={260}
        />
        <Button variant="default" onClick={add} disabled={arn === null} loading={isRunning}>
          {texts.addTarget}
        </Button>
      </Group>
      <Problem error={error} />
    </Stack>
  );
}
