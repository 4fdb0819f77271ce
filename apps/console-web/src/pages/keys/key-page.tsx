import { Alert, Button, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconAlertTriangle } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { KeyManager, type KeyMetadata, KeyState } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { api } from '../../app/api';
import { AddressTabs } from '../../components/address-tabs';
import { ConfirmByName } from '../../components/confirm-by-name';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { PageHeader } from '../../components/page-header';
import { Problem } from '../../components/problem';
import { useAction } from '../../components/use-action';
import { keysTexts } from '../../texts/keys';
import { KeyDependents } from './key-dependents';
import { KeyDeletion } from './key-deletion';
import { KeyGrants } from './key-grants';
import { KeyOverview } from './key-overview';
import { KeyPolicy } from './key-policy';
import { KeyRotation } from './key-rotation';
import { KeyStateBadge } from './key-state-badge';

const texts = keysTexts.deeds;
const invalidates = [api.keys.pathFilter()];
const route = getRouteApi('/shell/keys/$id');

/** One key, by its id or its alias. */
export function KeyPage() {
  const { id } = route.useParams();
  const { data, error, refetch } = useQuery(api.keys.describeKey.queryOptions({ keyId: id }));
  const key = data?.keyMetadata;
  const aliases = useQuery(
    api.keys.listAliases.queryOptions({ keyId: key?.keyId, limit: 100 }, { enabled: key !== undefined, retry: false }),
  );
  const name = aliases.data?.aliases[0]?.aliasName ?? key?.keyId ?? id;
  return (
    <>
      <PageHeader
        area="keys"
        title={<MachineText>{name}</MachineText>}
        description={key && <KeyStateBadge state={key.keyState} />}
        actions={key && key.keyManager !== KeyManager.AWS && <Deeds metadata={key} name={name} />}
      />
      <Problem error={error} onRetry={() => void refetch()} />
      {key && (
        <Stack gap="md">
          {key.keyState === KeyState.PENDING_DELETION && <PendingDeletion metadata={key} />}
          <AddressTabs tabs={tabsOf(key)} label={keysTexts.tabs.label} />
        </Stack>
      )}
    </>
  );
}

const tabsOf = (metadata: KeyMetadata) => [
  { id: 'overview', label: keysTexts.tabs.overview, content: <KeyOverview metadata={metadata} /> },
  { id: 'protects', label: keysTexts.tabs.protects, content: <KeyDependents keyId={metadata.keyId} /> },
  { id: 'policy', label: keysTexts.tabs.policy, content: <KeyPolicy keyId={metadata.keyId} /> },
  { id: 'grants', label: keysTexts.tabs.grants, content: <KeyGrants metadata={metadata} /> },
  { id: 'rotation', label: keysTexts.tabs.rotation, content: <KeyRotation metadata={metadata} /> },
];

function PendingDeletion({ metadata: { keyId, deletionDate } }: { metadata: KeyMetadata }) {
  const cancel = useAction(api.keys.cancelKeyDeletion.mutationOptions(), { done: texts.cancelled, invalidates });
  return (
    <Alert
      color="red"
      icon={<IconAlertTriangle size={18} />}
      title={
        <>
          {keysTexts.deletion.pending} <Moment at={deletionDate} />
        </>
      }
    >
      <Stack gap="xs" align="flex-start">
        {keysTexts.deletion.pendingText}
        <Button size="xs" variant="default" loading={cancel.isRunning} onClick={() => cancel.run({ keyId })}>
          {texts.cancel}
        </Button>
      </Stack>
    </Alert>
  );
}

function Deeds({ metadata, name }: { metadata: KeyMetadata; name: string }) {
  const { keyId, keyState } = metadata;
  const [disabling, disabled] = useDisclosure(false);
  const [deleting, deletion] = useDisclosure(false);
  const enable = useAction(api.keys.enableKey.mutationOptions(), { done: texts.enabled, invalidates });
  const disable = useAction(api.keys.disableKey.mutationOptions(), {
    ...{ showsError: true, done: texts.disabled, invalidates, onDone: disabled.close },
  });
  if (keyState === KeyState.PENDING_DELETION) return null;
  return (
    <>
      <Button variant="light" color="red" onClick={deletion.open}>
        {texts.delete}
      </Button>
      {keyState === KeyState.DISABLED && (
        <Button loading={enable.isRunning} onClick={() => enable.run({ keyId })}>
          {texts.enable}
        </Button>
      )}
      {keyState === KeyState.ENABLED && (
        <Button variant="default" onClick={disabled.open}>
          {texts.disable}
        </Button>
      )}
      <ConfirmByName
        opened={disabling}
        onClose={disabled.close}
        title={texts.disableTitle}
        name={name}
        action={texts.disableAction}
        isRunning={disable.isRunning}
        error={disable.error}
        onConfirm={() => disable.run({ keyId })}
      >
        {texts.disableText}
      </ConfirmByName>
      <KeyDeletion keyId={keyId} name={name} opened={deleting} onClose={deletion.close} />
    </>
  );
}
