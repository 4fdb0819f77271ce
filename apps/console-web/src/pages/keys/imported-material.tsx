import { Button, Group, NumberInput, PasswordInput, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { type KeyMetadata, KeyState } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { api, client } from '../../app/api';
import { queryClient } from '../../app/query-client';
import { ConfirmByName } from '../../components/confirm-by-name';
import { KeyValues } from '../../components/key-values';
import { Moment } from '../../components/moment';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { keysTexts } from '../../texts/keys';

const texts = keysTexts.import;
const HEX = /^[0-9a-f]{64}$/i;
const DAY = 86_400_000;

/** 32 bytes that are typed as hexadecimal digits; undefined for anything else. */
export const materialOf = (text: string): Uint8Array<ArrayBuffer> | undefined =>
  HEX.test(text) ? Uint8Array.from(text.match(/../g)!, (pair) => parseInt(pair, 16)) : undefined;

/** Wraps material with a public key of crypto-keyservice, so that it leaves the page only so. */
async function wrapped(material: Uint8Array<ArrayBuffer>, publicKey: Uint8Array): Promise<Uint8Array> {
  const algorithm = { name: 'RSA-OAEP', hash: 'SHA-256' };
  const key = await crypto.subtle.importKey('spki', Uint8Array.from(publicKey), algorithm, false, ['encrypt']);
  return new Uint8Array(await crypto.subtle.encrypt(algorithm, key, material));
}

/** The material of a key whose owner brings it. */
export function ImportedMaterial({ metadata: { keyId, keyState, keySpec, validTo } }: { metadata: KeyMetadata }) {
  const [text, setText] = useState('');
  const [days, setDays] = useState<string | number>('');
  const [removing, removal] = useDisclosure(false);
  const invalidates = [api.keys.pathFilter()];
  const material = materialOf(text.trim());
  const load = useMutation({
    mutationFn: async () => {
      const { publicKey, importToken } = await client.keys.getParametersForImport.query({
        ...{ keyId, wrappingAlgorithm: 'RSAES_OAEP_SHA_256', wrappingKeySpec: 'RSA_4096' },
      });
      await client.keys.importKeyMaterial.mutate({
        ...{ keyId, importToken, encryptedKeyMaterial: await wrapped(material!, publicKey) },
        ...(days === ''
          ? { expirationModel: 'KEY_MATERIAL_DOES_NOT_EXPIRE' }
          : { expirationModel: 'KEY_MATERIAL_EXPIRES', validTo: new Date(Date.now() + Number(days) * DAY) }),
      });
    },
    gcTime: 0,
    onSuccess: () => {
      setText('');
      notifications.show({ message: texts.done });
    },
    onSettled: () => queryClient.invalidateQueries(api.keys.pathFilter()),
  });
  const remove = useAction(api.keys.deleteImportedKeyMaterial.mutationOptions(), {
    ...{ showsError: true, done: texts.removed, invalidates, onDone: removal.close },
  });
  const isThere = keyState !== KeyState.PENDING_IMPORT && keyState !== KeyState.PENDING_DELETION;
  if (keySpec !== 'SYMMETRIC_DEFAULT') return null;
  return (
    <Section
      title={texts.title}
      description={texts.hint}
      actions={
        isThere && (
          <Button size="xs" variant="light" color="red" onClick={removal.open}>
            {texts.remove}
          </Button>
        )
      }
    >
      <Stack gap="md" maw={560}>
        {validTo && <KeyValues items={[[keysTexts.facts.expires, <Moment key="expires" at={validTo} />]]} />}
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (material) load.mutate();
          }}
        >
          <Stack gap="sm">
            <PasswordInput
              label={texts.label}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              error={text !== '' && !material ? texts.rule : undefined}
              autoComplete="off"
            />
            <NumberInput
              label={texts.expires}
              description={texts.expiresHint}
              min={1}
              max={365}
              allowDecimal={false}
              value={days}
              onChange={setDays}
            />
            <Problem error={load.error} />
            <Group justify="flex-end">
              <Button type="submit" disabled={!material} loading={load.isPending}>
                {texts.action}
              </Button>
            </Group>
          </Stack>
        </form>
      </Stack>
      <ConfirmByName
        opened={removing}
        onClose={removal.close}
        title={texts.removeTitle}
        name={keyId}
        action={texts.remove}
        isRunning={remove.isRunning}
        error={remove.error}
        onConfirm={() => remove.run({ keyId })}
      >
        {texts.removeText}
      </ConfirmByName>
    </Section>
  );
}
