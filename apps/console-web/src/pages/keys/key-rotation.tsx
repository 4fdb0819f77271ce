import { Button, NumberInput, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconRefresh } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { KeyMetadata, RotationsListEntry } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { api, client } from '../../app/api';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { FormModal } from '../../components/form-modal';
import { KeyValues } from '../../components/key-values';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { usePages } from '../../components/use-pages';
import { keysTexts } from '../../texts/keys';
import { ImportedMaterial } from './imported-material';

const texts = keysTexts.rotation;
const invalidates = [api.keys.pathFilter()];
const PERIOD = { min: 90, max: 2_560, usual: 365 };
const rowsOf = ({ rotations }: { rotations: RotationsListEntry[] }) => rotations;

/** The materials of a key: new ones by itself, on demand, or imported. */
export function KeyRotation({ metadata }: { metadata: KeyMetadata }) {
  const isSymmetric = metadata.keySpec === 'SYMMETRIC_DEFAULT';
  const isImported = metadata.origin === 'EXTERNAL';
  return (
    <Stack gap="md">
      {isImported && <ImportedMaterial metadata={metadata} />}
      {isSymmetric && !isImported ? <Schedule keyId={metadata.keyId} /> : null}
      {!isSymmetric && <Text c="dimmed">{texts.unsupported}</Text>}
      {isSymmetric && <Materials keyId={metadata.keyId} />}
    </Stack>
  );
}

function Schedule({ keyId }: { keyId: string }) {
  const [opened, modal] = useDisclosure(false);
  const [days, setDays] = useState(PERIOD.usual);
  const { data, error, refetch } = useQuery(api.keys.getKeyRotationStatus.queryOptions({ keyId }));
  const enable = useAction(api.keys.enableKeyRotation.mutationOptions(), {
    ...{ showsError: true, done: texts.enabled, invalidates, onDone: modal.close },
  });
  const disable = useAction(api.keys.disableKeyRotation.mutationOptions(), { done: texts.disabled, invalidates });
  const rotate = useAction(api.keys.rotateKeyOnDemand.mutationOptions(), { showsError: true, done: texts.rotated, invalidates });
  const isOn = data?.keyRotationEnabled ?? false;
  const open = () => {
    setDays(data?.rotationPeriodInDays ?? PERIOD.usual);
    modal.open();
  };
  return (
    <Section
      title={texts.title}
      description={texts.hint}
      actions={
        <>
          {isOn && (
            <Button size="xs" variant="default" loading={disable.isRunning} onClick={() => disable.run({ keyId })}>
              {texts.disable}
            </Button>
          )}
          <Button size="xs" variant="default" onClick={open} disabled={!data}>
            {isOn ? texts.change : texts.enable}
          </Button>
          <Button
            size="xs"
            leftSection={<IconRefresh size={14} />}
            loading={rotate.isRunning}
            onClick={() => rotate.run({ keyId })}
          >
            {texts.now}
          </Button>
        </>
      }
    >
      <Stack gap="sm">
        <Problem error={error} onRetry={() => void refetch()} />
        <Problem error={rotate.error} />
        {data &&
          (isOn ? (
            <KeyValues
              items={[
                [texts.automatic, texts.every(data.rotationPeriodInDays ?? PERIOD.usual)],
                [texts.next, <Moment key="next" at={data.nextRotationDate} />],
              ]}
            />
          ) : (
            <Text size="sm" c="dimmed">
              {texts.off}
            </Text>
          ))}
      </Stack>
      <FormModal
        opened={opened}
        onClose={modal.close}
        title={isOn ? texts.change : texts.enable}
        action={isOn ? texts.change : texts.enable}
        isRunning={enable.isRunning}
        error={enable.error}
        onSubmit={() => enable.run({ keyId, rotationPeriodInDays: days })}
      >
        <NumberInput
          label={texts.period}
          description={`${PERIOD.min}–${PERIOD.max}`}
          min={PERIOD.min}
          max={PERIOD.max}
          allowDecimal={false}
          value={days}
          onChange={(value) => setDays(Number(value) || PERIOD.usual)}
          data-autofocus
        />
      </FormModal>
    </Section>
  );
}

function Materials({ keyId }: { keyId: string }) {
  const { table } = usePages({
    queryKey: [['keys', 'listKeyRotations'], { input: { keyId } }],
    load: (marker, signal) =>
      client.keys.listKeyRotations.query({ keyId, marker, includeKeyMaterial: 'ALL_KEY_MATERIAL' }, { signal }),
    rows: rowsOf,
    next: ({ truncated, nextMarker }) => (truncated ? nextMarker : undefined),
  });
  return (
    <Section title={texts.history} flush>
      <DataTable
        {...table}
        label={texts.history}
        columns={columns}
        rowKey={({ keyMaterialId }) => keyMaterialId}
        maxHeight="24rem"
        empty={<EmptyState title={texts.none} />}
      />
    </Section>
  );
}

const columns: Column<RotationsListEntry>[] = [
  {
    id: 'material',
    label: texts.material,
    render: ({ keyMaterialId, keyMaterialDescription }) => (
      <MachineText>
        <span title={keyMaterialId}>{keyMaterialDescription || `${keyMaterialId.slice(0, 12)}…`}</span>
      </MachineText>
    ),
  },
  { id: 'date', label: texts.date, width: '9rem', render: ({ rotationDate }) => <Moment at={rotationDate} /> },
  { id: 'type', label: texts.type, width: '9rem', render: ({ rotationType }) => texts.types[rotationType] ?? texts.first },
  {
    id: 'state',
    label: texts.state,
    width: '10rem',
    render: ({ keyMaterialState }) => texts.states[keyMaterialState] ?? keyMaterialState,
  },
];
