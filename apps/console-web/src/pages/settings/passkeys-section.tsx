import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconFingerprint, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type SyntheticEvent, useState } from 'react';
import { api, client } from '../../app/api';
import { EmptyState } from '../../components/empty-state';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { commonTexts } from '../../texts/common';
import { settingsTexts } from '../../texts/settings';
import { isPasskey } from './device-name';
import { DeviceList } from './devices-section';

const texts = settingsTexts.passkeys;

/** Makes a passkey in the browser, and gives it to the person. What people cancel in the browser's own window is no failure. */
async function enrol(passkeyName: string): Promise<'done' | 'cancelled'> {
  const { optionsJson } = await client.identity.beginPasskey.query({ relyingParty: { origin: window.location.origin } });
  const { startRegistration, WebAuthnError } = await import('@simplewebauthn/browser');
  try {
    const credential = await startRegistration({ optionsJSON: JSON.parse(optionsJson) as never });
    await client.identity.enablePasskey.mutate({ passkeyName, credentialJson: JSON.stringify(credential) });
    return 'done';
  } catch (error) {
    const isCancelled = error instanceof WebAuthnError && error.name === 'NotAllowedError';
    if (isCancelled) return 'cancelled';
    throw error;
  }
}

/** The person's passkeys: a second factor that cannot be given away to a false page. */
export function PasskeysSection() {
  const devices = useQuery(api.identity.listMfaDevices.queryOptions({}));
  const [isOpen, { open, close }] = useDisclosure(false);
  const [name, setName] = useState('');
  const add = useAction(
    { mutationFn: enrol },
    {
      invalidates: [api.identity.listMfaDevices.pathFilter()],
      showsError: true,
      onDone: (outcome) => {
        if (outcome === 'done') close();
      },
    },
  );
  const passkeys = devices.data?.mfaDevices.filter(({ serialNumber }) => isPasskey(serialNumber));
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    add.run(name.trim());
  };
  return (
    <Section
      title={texts.title}
      description={texts.description}
      actions={
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => {
            add.reset();
            setName('');
            open();
          }}
        >
          {texts.add}
        </Button>
      }
    >
      {passkeys?.length === 0 && (
        <EmptyState icon={IconFingerprint} title={texts.none}>
          {texts.noneText}
        </EmptyState>
      )}
      <DeviceList devices={passkeys ?? []} />
      <Modal opened={isOpen} onClose={close} title={texts.add} closeButtonProps={{ 'aria-label': commonTexts.close }}>
        <form onSubmit={submit}>
          <Stack gap="md">
            <Text size="sm">{texts.intro}</Text>
            <TextInput
              label={texts.name}
              description={texts.nameHint}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
            {add.data === 'cancelled' && <Text size="sm">{texts.cancelled}</Text>}
            <Problem error={add.error} />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={close}>
                {commonTexts.cancel}
              </Button>
              <Button type="submit" loading={add.isRunning} disabled={!name.trim()}>
                {texts.make}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </Section>
  );
}
