import { Button, Group, Modal, Skeleton, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { type SyntheticEvent, useEffect, useState } from 'react';
import type { VirtualMFADevice } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { api, client } from '../../app/api';
import { usePerson } from '../../app/session';
import { CopyButton } from '../../components/copy-button';
import { MachineText } from '../../components/machine-text';
import { Problem } from '../../components/problem';
import { useAction } from '../../components/use-action';
import { commonTexts } from '../../texts/common';
import { sessionTexts } from '../../texts/session';
import { settingsTexts } from '../../texts/settings';
import classes from './enrol-device.module.css';

const texts = settingsTexts.enrol;
const CODE = /^\d{6}$/;

interface EnrolDeviceProps {
  opened: boolean;
  onClose: () => void;
}

/** Gives the person a device: shows its seed as a picture, and asks for two codes that follow each other. */
export function EnrolDevice({ opened, onClose }: EnrolDeviceProps) {
  const [device, setDevice] = useState<VirtualMFADevice>();
  const done = () => {
    setDevice(undefined);
    onClose();
  };
  const cancel = () => {
    // A device that nobody has finished is of no use, and its name stays taken.
    if (device) void client.identity.deleteVirtualMfaDevice.mutate({ serialNumber: device.serialNumber }).catch(() => undefined);
    done();
  };
  return (
    <Modal opened={opened} onClose={cancel} title={texts.title} closeButtonProps={{ 'aria-label': commonTexts.close }}>
      {device ? (
        <Codes device={device} onDone={done} onCancel={cancel} />
      ) : (
        <NameOfDevice onCreated={setDevice} onCancel={cancel} />
      )}
    </Modal>
  );
}

interface NameOfDeviceProps {
  onCreated: (device: VirtualMFADevice | undefined) => void;
  onCancel: () => void;
}

function NameOfDevice({ onCreated, onCancel }: NameOfDeviceProps) {
  const { userName } = usePerson();
  const [name, setName] = useState(userName);
  const create = useAction(api.identity.createVirtualMfaDevice.mutationOptions({ gcTime: 0 }), {
    showsError: true,
    onDone: ({ virtualMfaDevice }) => onCreated(virtualMfaDevice as VirtualMFADevice | undefined),
  });
  const begin = (event: SyntheticEvent) => {
    event.preventDefault();
    create.run({ path: '/', virtualMfaDeviceName: name.trim() });
  };
  return (
    <form onSubmit={begin}>
      <Stack gap="md">
        <Text size="sm">{texts.intro}</Text>
        <TextInput
          label={texts.name}
          description={texts.nameHint}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <Problem error={create.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            {commonTexts.cancel}
          </Button>
          <Button type="submit" loading={create.isRunning} disabled={!name.trim()}>
            {texts.begin}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

interface CodesProps {
  device: VirtualMFADevice;
  onDone: () => void;
  onCancel: () => void;
}

function Codes({ device, onDone, onCancel }: CodesProps) {
  const { userName } = usePerson();
  const { serialNumber, base32StringSeed, qrCodePng } = device;
  const seed = new TextDecoder().decode(base32StringSeed);
  const form = useForm({
    initialValues: { first: '', second: '' },
    validate: {
      first: (code) => (CODE.test(code) ? null : sessionTexts.codeWrong),
      second: (code, { first }) => (!CODE.test(code) ? sessionTexts.codeWrong : code === first ? texts.sameCode : null),
    },
  });
  const enable = useAction(api.identity.enableMfaDevice.mutationOptions(), {
    done: texts.done,
    invalidates: [api.identity.listMfaDevices.pathFilter()],
    showsError: true,
    onDone,
  });
  const submit = form.onSubmit(({ first, second }) =>
    enable.run({ userName, serialNumber, authenticationCode1: first, authenticationCode2: second }),
  );
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Text size="sm">{texts.scan}</Text>
        <Picture png={qrCodePng} />
        <Group gap={4} justify="center">
          <MachineText fz="sm">{seed.replace(/(.{4})/g, '$1 ').trim()}</MachineText>
          <CopyButton value={seed} label={texts.copySeed} isSecret />
        </Group>
        <Group grow align="flex-start">
          <TextInput label={texts.first} inputMode="numeric" autoComplete="off" data-autofocus {...form.getInputProps('first')} />
          <TextInput label={texts.second} inputMode="numeric" autoComplete="off" {...form.getInputProps('second')} />
        </Group>
        <Problem error={enable.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onCancel}>
            {commonTexts.cancel}
          </Button>
          <Button type="submit" loading={enable.isRunning}>
            {texts.enable}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** The picture's bytes become an address that lives as long as it is shown. */
function Picture({ png }: { png: Uint8Array }) {
  const [address, setAddress] = useState<string>();
  useEffect(() => {
    const reader = new FileReader();
    reader.onload = () => setAddress(typeof reader.result === 'string' ? reader.result : '');
    reader.readAsDataURL(new Blob([new Uint8Array(png)], { type: 'image/png' }));
  }, [png]);
  return address ? (
    <img className={classes.picture} src={address} alt={texts.picture} />
  ) : (
    <Skeleton className={classes.picture} />
  );
}
