import { Alert, Skeleton, Stack, Text } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { api } from '../../app/api';
import { AddressTabs } from '../../components/address-tabs';
import { GuardedButton } from '../../components/guarded-button';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { PageHeader } from '../../components/page-header';
import { Problem } from '../../components/problem';
import { useAction } from '../../components/use-action';
import { secretTexts as texts } from '../../texts/secret';
import { OverviewTab } from './overview-tab';
import { type SecretTabProps, useRefusals, useSecret } from './use-secret';
import { ValueTab } from './value-tab';

const VersionsTab = lazy(async () => ({ default: (await import('./versions-tab')).VersionsTab }));
const ActivityTab = lazy(async () => ({ default: (await import('./activity-tab')).ActivityTab }));
const PermissionsTab = lazy(async () => ({ default: (await import('./permissions-tab')).PermissionsTab }));
const RotationTab = lazy(async () => ({ default: (await import('../rotations/rotation-tab')).RotationTab }));
const CodeTab = lazy(async () => ({ default: (await import('./code-tab')).CodeTab }));
const SettingsTab = lazy(async () => ({ default: (await import('./settings-tab')).SettingsTab }));

export function SecretPage() {
  const { name } = useParams({ strict: false });
  const secretId = name ?? '';
  const { data: secret, error, refetch } = useSecret(secretId);
  if (error && !secret) {
    return (
      <>
        <PageHeader area="secrets" title={<bdi>{secretId}</bdi>} />
        <Problem error={error} onRetry={() => void refetch()} />
      </>
    );
  }
  if (!secret) return <WaitingSecret secretId={secretId} />;
  // A name that another secret gets starts afresh: nothing of the first one stays on the page.
  return <KnownSecret key={secret.arn} secret={secret} />;
}

function WaitingSecret({ secretId }: { secretId: string }) {
  return (
    <>
      <PageHeader area="secrets" title={<bdi>{secretId}</bdi>} description={<Skeleton height={18} width={240} />} />
      <Stack aria-busy="true">
        <Skeleton height={34} />
        <Skeleton height={220} />
      </Stack>
    </>
  );
}

const later = (content: React.ReactNode) => <Suspense fallback={<Skeleton height={220} aria-busy />}>{content}</Suspense>;

function KnownSecret({ secret }: SecretTabProps) {
  const isDeleted = secret.deletedDate !== undefined;
  const { tabs } = texts;
  return (
    <>
      <PageHeader
        area="secrets"
        title={
          <MachineText fz="inherit">
            <span style={{ overflowWrap: 'anywhere' }}>{secret.name}</span>
          </MachineText>
        }
        description={secret.description ? <bdi>{secret.description}</bdi> : undefined}
        actions={!isDeleted && <RotateNow secret={secret} />}
      />
      {isDeleted && <DeletedNotice secret={secret} />}
      <AddressTabs
        label={tabs.label}
        tabs={[
          { id: 'overview', label: tabs.overview, content: <OverviewTab secret={secret} /> },
          ...(isDeleted ? [] : [{ id: 'value', label: tabs.value, content: <ValueTab secret={secret} /> }]),
          { id: 'versions', label: tabs.versions, content: later(<VersionsTab secret={secret} />) },
          { id: 'activity', label: tabs.activity, content: later(<ActivityTab secret={secret} />) },
          { id: 'permissions', label: tabs.permissions, content: later(<PermissionsTab secret={secret} />) },
          {
            id: 'rotation',
            label: tabs.rotation,
            content: later(<RotationTab secret={secret} />),
          },
          { id: 'code', label: tabs.code, content: later(<CodeTab secret={secret} />) },
          ...(isDeleted ? [] : [{ id: 'settings', label: tabs.settings, content: later(<SettingsTab secret={secret} />) }]),
        ]}
      />
    </>
  );
}

function RotateNow({ secret }: SecretTabProps) {
  const refusals = useRefusals(secret.arn);
  const navigate = useNavigate();
  const { run, isRunning } = useAction(api.secrets.rotateSecret.mutationOptions(), {
    done: texts.rotating,
    onDone: () => void navigate({ to: '.', search: { tab: 'rotation' } as never }),
    invalidates: [api.secrets.describeSecret.pathFilter(), api.rotation.pathFilter()],
  });
  if (!secret.rotationLambdaArn) return null;
  return (
    <GuardedButton
      variant="default"
      refusal={refusals('RotateSecret')}
      loading={isRunning}
      onClick={() => run({ secretId: secret.arn, clientRequestToken: crypto.randomUUID() })}
    >
      {texts.rotateNow}
    </GuardedButton>
  );
}

function DeletedNotice({ secret }: SecretTabProps) {
  const refusals = useRefusals(secret.arn);
  const { data: purgeDate } = useQuery(
    api.audit.lookupEvents.queryOptions(
      { filter: { resource: secret.arn, eventName: 'DeleteSecret' }, maxResults: 10 },
      {
        select: ({ events }) => {
          const told = events.find(({ errorCode }) => errorCode === '')?.responseElements['deletionDate'];
          return told === undefined || Number.isNaN(Date.parse(told)) ? undefined : new Date(told);
        },
      },
    ),
  );
  const { run, isRunning, error } = useAction(api.secrets.restoreSecret.mutationOptions(), {
    done: texts.deleted.restored,
    invalidates: [api.secrets.pathFilter(), api.secret.pathFilter()],
    showsError: true,
  });
  return (
    <Alert color="red" variant="light" icon={<IconTrash size={18} />} title={texts.deleted.title} mb="md">
      <Stack gap="sm" align="flex-start">
        <Text size="sm">
          {texts.deleted.text} {texts.deleted.asked} <Moment at={secret.deletedDate} />.{' '}
          {purgeDate && (
            <>
              {texts.deleted.purged} <Moment at={purgeDate} />.
            </>
          )}
        </Text>
        <Problem error={error} />
        <GuardedButton
          size="xs"
          variant="default"
          refusal={refusals('RestoreSecret')}
          loading={isRunning}
          onClick={() => run({ secretId: secret.arn })}
        >
          {texts.deleted.restore}
        </GuardedButton>
      </Stack>
    </Alert>
  );
}
