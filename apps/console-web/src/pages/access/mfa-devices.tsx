import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { MFADevice } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { api } from '../../app/api';
import { ConfirmByName } from '../../components/confirm-by-name';
import { type Column, DataTable } from '../../components/data-table';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { accessTexts } from '../../texts/access';
import { Nothing } from './nothing';

const texts = accessTexts.mfa;
const nameOf = (serialNumber: string): string => serialNumber.split('/').at(-1)!;
const isPasskey = (serialNumber: string): boolean => serialNumber.includes(':u2f/');

/** The second factors of a user: apps that show codes, and passkeys. */
export function MfaDevices({ userName }: { userName: string }) {
  const [leaving, setLeaving] = useState<string>();
  const list = useQuery(api.identity.listMfaDevices.queryOptions({ userName }));
  const remove = useAction(api.identity.deactivateMfaDevice.mutationOptions(), {
    ...{ showsError: true, done: texts.removed, invalidates: [api.identity.pathFilter()] },
    onDone: () => setLeaving(undefined),
  });
  const columns: Column<MFADevice>[] = [
    {
      id: 'name',
      label: accessTexts.name,
      width: 'minmax(10rem, 2fr)',
      render: ({ serialNumber }) => (
        <MachineText>
          <span title={serialNumber}>{nameOf(serialNumber)}</span>
        </MachineText>
      ),
    },
    {
      id: 'kind',
      label: accessTexts.certificates.kind,
      width: '10rem',
      render: ({ serialNumber }) => (isPasskey(serialNumber) ? texts.passkey : texts.app),
    },
    { id: 'since', label: texts.since, width: '9rem', render: ({ enableDate }) => <Moment at={enableDate} /> },
    {
      id: 'deeds',
      label: '',
      width: '7rem',
      align: 'end',
      render: ({ serialNumber }) => (
        <Button size="compact-sm" variant="light" color="red" onClick={() => setLeaving(serialNumber)}>
          {texts.remove}
        </Button>
      ),
    },
  ];
  return (
    <Section title={texts.title} description={texts.hint} flush={(list.data?.mfaDevices.length ?? 0) > 0}>
      <DataTable
        label={texts.title}
        columns={columns}
        rows={list.data?.mfaDevices}
        error={list.error}
        onRetry={() => void list.refetch()}
        rowKey={({ serialNumber }) => serialNumber}
        maxHeight="none"
        empty={<Nothing>{texts.none}</Nothing>}
      />
      <ConfirmByName
        opened={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        title={texts.removeTitle}
        name={nameOf(leaving ?? '')}
        action={texts.remove}
        isRunning={remove.isRunning}
        error={remove.error}
        onConfirm={() => remove.run({ userName, serialNumber: leaving })}
      >
        {texts.removeText}
      </ConfirmByName>
    </Section>
  );
}
