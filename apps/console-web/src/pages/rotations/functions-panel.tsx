import { ActionIcon, Badge, Button, Group, Menu, Text } from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useState } from 'react';
import { api, client } from '../../app/api';
import { ConfirmByName } from '../../components/confirm-by-name';
import { type Column, DataTable } from '../../components/data-table';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { duration } from '../../components/moment-words';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { usePages } from '../../components/use-pages';
import { rotationsTexts } from '../../texts/rotations';
import { FunctionForm } from './function-form';
import type { RotationFunction } from './rotation-function';

const texts = rotationsTexts.functions;

/** The functions that rotate: built in, and the account's own. */
export function FunctionsPanel() {
  const [editing, setEditing] = useState<RotationFunction | 'new'>();
  const [deleting, setDeleting] = useState<RotationFunction>();
  const { table } = usePages({
    queryKey: [['rotation', 'listRotationFunctions'], { input: {} }],
    load: (nextToken, signal) => client.rotation.listRotationFunctions.query({ nextToken }, { signal }),
    rows: ({ functions }) => functions,
    next: ({ nextToken }) => nextToken,
  });
  const remove = useAction(api.rotation.deleteRotationFunction.mutationOptions(), {
    done: () => texts.deleted(deleting?.functionName ?? ''),
    invalidates: [api.rotation.listRotationFunctions.pathFilter()],
    onDone: () => setDeleting(undefined),
    showsError: true,
  });
  const columns: Column<RotationFunction>[] = [
    {
      id: 'name',
      label: texts.name,
      width: 'minmax(15rem, 1.5fr)',
      render: ({ functionName }) => <MachineText>{functionName}</MachineText>,
    },
    { id: 'kind', label: texts.kind, width: '7rem', render: (one) => <Kind of={one} /> },
    {
      id: 'description',
      label: texts.description,
      width: 'minmax(14rem, 3fr)',
      render: ({ description }) => (
        <Text size="sm" style={{ whiteSpace: 'normal' }}>
          <bdi>{description}</bdi>
        </Text>
      ),
    },
    {
      id: 'timeout',
      label: texts.timeout,
      width: '7.5rem',
      align: 'end',
      render: ({ timeout }) => (timeout ? duration(Number(timeout.seconds) * 1_000 + timeout.nanos / 1e6) : '–'),
    },
    {
      id: 'changed',
      label: texts.changed,
      width: '7rem',
      wideOnly: true,
      render: ({ lastModifiedDate }) => <Moment at={lastModifiedDate} />,
    },
    {
      id: 'actions',
      label: '',
      width: '2.5rem',
      render: (one) =>
        one.implementation?.$case === 'builtIn' ? null : (
          <Menu position="bottom-end" shadow="md">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={one.functionName}>
                <IconDots size={18} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item onClick={() => setEditing(one)}>{texts.change}</Menu.Item>
              <Menu.Item color="red" onClick={() => setDeleting(one)}>
                {texts.delete}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        ),
    },
  ];
  return (
    <Section
      title={texts.title}
      description={texts.text}
      flush
      actions={<Button onClick={() => setEditing('new')}>{texts.register}</Button>}
    >
      <DataTable label={texts.title} columns={columns} {...table} rowKey={({ functionArn }) => functionArn} />
      {editing && <FunctionForm present={editing === 'new' ? undefined : editing} onClose={() => setEditing(undefined)} />}
      <ConfirmByName
        opened={deleting !== undefined}
        onClose={() => setDeleting(undefined)}
        title={texts.deleteTitle}
        name={deleting?.functionName ?? ''}
        action={texts.delete}
        isRunning={remove.isRunning}
        error={remove.error}
        onConfirm={() => deleting && remove.run({ functionName: deleting.functionName })}
      >
        {texts.deleteText}
      </ConfirmByName>
    </Section>
  );
}

function Kind({ of: { implementation } }: { of: RotationFunction }) {
  const isBuiltIn = implementation?.$case === 'builtIn';
  return (
    <Group gap={4}>
      <Badge variant={isBuiltIn ? 'default' : 'light'} tt="none" radius="sm">
        {isBuiltIn ? rotationsTexts.configuration.builtIn : implementation?.$case === 'grpc' ? texts.grpc : texts.http}
      </Badge>
    </Group>
  );
}
