import { Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconDeviceMobile, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { MFADevice } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { api, client } from '../../app/api';
import { ConfirmByName } from '../../components/confirm-by-name';
import { EmptyState } from '../../components/empty-state';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { settingsTexts } from '../../texts/settings';
import { deviceName, isPasskey } from './device-name';
import { EnrolDevice } from './enrol-device';

const texts = settingsTexts.devices;

/** The person's devices that show codes: a second factor beside the password. */
export function DevicesSection() {
  const devices = useQuery(api.identity.listMfaDevices.queryOptions({}));
  const [isEnrolling, enrolling] = useDisclosure(false);
  const virtual = devices.data?.mfaDevices.filter(({ serialNumber }) => !isPasskey(serialNumber));
  return (
    <Section
      title={texts.title}
      description={texts.description}
      actions={
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={enrolling.open}>
          {texts.add}
        </Button>
      }
    >
      <Problem error={devices.error} onRetry={() => void devices.refetch()} />
      {virtual?.length === 0 && (
        <EmptyState icon={IconDeviceMobile} title={texts.none}>
          {texts.noneText}
        </EmptyState>
      )}
      <DeviceList devices={virtual ?? []} />
      <EnrolDevice opened={isEnrolling} onClose={enrolling.close} />
    </Section>
  );
}

/** Devices or passkeys, each of which can be taken away. */
export function DeviceList({ devices }: { devices: readonly MFADevice[] }) {
  const [removing, setRemoving] = useState<MFADevice>();
  const remove = useAction(
    {
      mutationFn: async ({ serialNumber, userName }: MFADevice) => {
        await client.identity.deactivateMfaDevice.mutate({ userName, serialNumber });
        if (!isPasskey(serialNumber)) await client.identity.deleteVirtualMfaDevice.mutate({ serialNumber });
      },
    },
    {
      done: (_nothing, { serialNumber }) => texts.removed(deviceName(serialNumber)),
      invalidates: [api.identity.listMfaDevices.pathFilter()],
      showsError: true,
      onDone: () => setRemoving(undefined),
    },
  );
  return (
    <Stack gap="xs">
      {devices.map((device) => (
        <Group key={device.serialNumber} justify="space-between">
          <Group gap="sm">
            <MachineText fw={550}>{deviceName(device.serialNumber)}</MachineText>
            <Text size="sm" c="dimmed">
              {texts.since} <Moment at={device.enableDate} />
            </Text>
          </Group>
          <Button
            size="compact-xs"
            variant="subtle"
            color="red"
            aria-label={`${texts.remove}: ${deviceName(device.serialNumber)}`}
            onClick={() => {
              remove.reset();
              setRemoving(device);
            }}
          >
            {texts.remove}
          </Button>
        </Group>
      ))}
      {removing && (
        <ConfirmByName
          opened
          onClose={() => setRemoving(undefined)}
          title={texts.removeTitle}
          name={deviceName(removing.serialNumber)}
          action={texts.remove}
          onConfirm={() => remove.run(removing)}
          isRunning={remove.isRunning}
          error={remove.error}
        >
          {texts.removeText}
        </ConfirmByName>
      )}
    </Stack>
  );
}
