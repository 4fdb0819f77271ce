import { ActionIcon, Button, Group, Menu, Modal, Stack, Switch, Text, TextInput, Timeline } from '@mantine/core';
import { IconArrowBackUp, IconDots, IconEye, IconTag, IconTagOff } from '@tabler/icons-react';
import { AWSCURRENT, versionWith } from '@strongroom/secret-values';
import { useState } from 'react';
import { api, client } from '../../app/api';
import { ArnLink } from '../../components/arn-link';
import { CopyButton } from '../../components/copy-button';
import { EmptyState } from '../../components/empty-state';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { usePages } from '../../components/use-pages';
import { useSearchState } from '../../components/use-search-state';
import { commonTexts } from '../../texts/common';
import { secretTexts } from '../../texts/secret';
import { CompareVersions } from './compare-versions';
import { LabelBadges } from './label-badges';
import { currentVersion, type SecretTabProps, type SecretVersion, useRefusals } from './use-secret';

const texts = secretTexts.versions;
const DEFAULT_KEY = 'DefaultEncryptionKey';
const tabDefaults = { tab: '', version: '' };

type Deed = { kind: 'rollBack' | 'label'; version: SecretVersion };

/** The versions as a time line, and what one can do with their labels. */
export function VersionsTab({ secret }: SecretTabProps) {
  const [all, setAll] = useState(false);
  const [deed, setDeed] = useState<Deed>();
  const { table } = usePages({
    queryKey: [['secrets', 'listSecretVersionIds'], { input: { secretId: secret.arn, includeDeprecated: all } }],
    load: (nextToken, signal) =>
      client.secrets.listSecretVersionIds.query({ secretId: secret.arn, includeDeprecated: all, nextToken }, { signal }),
    rows: (page) => page.versions,
    next: ({ nextToken }) => nextToken,
  });
  const versions =
    table.rows && [...table.rows].sort((a, b) => (b.createdDate?.getTime() ?? 0) - (a.createdDate?.getTime() ?? 0));
  return (
    <Stack gap="md">
      <Section
        title={texts.title}
        description={texts.description}
        actions={<Switch label={texts.all} checked={all} onChange={(event) => setAll(event.currentTarget.checked)} />}
      >
        <Problem error={table.error} onRetry={table.onRetry} />
        {versions?.length === 0 && <EmptyState title={texts.none} />}
        <Timeline bulletSize={12} lineWidth={2} active={-1}>
          {versions?.map((version) => (
            <Timeline.Item key={version.versionId} bullet={<span />} color="petrol">
              <VersionEntry secret={secret} version={version} onDeed={(kind) => setDeed({ kind, version })} />
            </Timeline.Item>
          ))}
        </Timeline>
        {table.hasMore && (
          <Button mt="sm" variant="default" loading={table.isLoadingMore} onClick={table.onMore}>
            {commonTexts.showMore}
          </Button>
        )}
      </Section>
      <CompareVersions secret={secret} versions={versions ?? []} />
      {deed?.kind === 'rollBack' && <RollBack secret={secret} version={deed.version} onClose={() => setDeed(undefined)} />}
      {deed?.kind === 'label' && <PutLabel secret={secret} version={deed.version} onClose={() => setDeed(undefined)} />}
    </Stack>
  );
}

interface VersionEntryProps extends SecretTabProps {
  version: SecretVersion;
  onDeed: (kind: Deed['kind']) => void;
}

function VersionEntry({ secret, version, onDeed }: VersionEntryProps) {
  const [, changeAddress] = useSearchState(tabDefaults);
  const refusals = useRefusals(secret.arn);
  const { run } = useMoveLabel();
  const {
    versionId,
    versionStages: labels,
    kmsKeyIds: [key],
  } = version;
  const hasValue = key !== undefined;
  const isCurrent = labels.includes(AWSCURRENT);
  const mayNotMove = refusals('UpdateSecretVersionStage');
  const mayNotRead = refusals('GetSecretValue');
  const removable = labels.filter((label) => label !== AWSCURRENT);
  return (
    <Group justify="space-between" wrap="nowrap" align="flex-start" gap="sm">
      <Stack gap={4} miw={0}>
        <Group gap="xs">
          <LabelBadges labels={labels} />
          <Text size="sm" component="span">
            <Moment at={version.createdDate} />
          </Text>
        </Group>
        <Group gap={4} wrap="nowrap">
          <MachineText c="dimmed" fz="sm">
            {versionId}
          </MachineText>
          <CopyButton value={versionId} />
        </Group>
        <Text size="sm" c="dimmed" component="div">
          {hasValue ? (
            <>
              {texts.read}: <Moment at={version.lastAccessedDate} precision="day" never={texts.neverRead} />
              {key !== DEFAULT_KEY && (
                <>
                  {' · '}
                  {texts.key}: <ArnLink arn={key} />
                </>
              )}
            </>
          ) : (
            texts.noValue
          )}
        </Text>
      </Stack>
      {secret.deletedDate === undefined && (
        <Menu position="bottom-end" shadow="md" width={260}>
          <Menu.Target>
            <ActionIcon variant="subtle" color="gray" aria-label={texts.actions(versionId)}>
              <IconDots size={18} />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {hasValue && (
              <Menu.Item
                leftSection={<IconEye size={16} />}
                disabled={mayNotRead !== undefined}
                title={mayNotRead}
                onClick={() => changeAddress({ tab: 'value', version: isCurrent ? '' : versionId })}
              >
                {texts.reveal}
              </Menu.Item>
            )}
            {hasValue && !isCurrent && (
              <Menu.Item
                leftSection={<IconArrowBackUp size={16} />}
                disabled={mayNotMove !== undefined}
                title={mayNotMove}
                onClick={() => onDeed('rollBack')}
              >
                {texts.rollBack}
              </Menu.Item>
            )}
            <Menu.Item
              leftSection={<IconTag size={16} />}
              disabled={mayNotMove !== undefined}
              title={mayNotMove}
              onClick={() => onDeed('label')}
            >
              {texts.addLabel}
            </Menu.Item>
            {removable.map((label) => (
              <Menu.Item
                key={label}
                leftSection={<IconTagOff size={16} />}
                disabled={mayNotMove !== undefined}
                title={mayNotMove}
                onClick={() => run({ secretId: secret.arn, versionStage: label, removeFromVersionId: versionId })}
              >
                {texts.removeLabel(label)}
              </Menu.Item>
            ))}
            {mayNotMove !== undefined && <Menu.Label style={{ overflowWrap: 'anywhere' }}>{mayNotMove}</Menu.Label>}
          </Menu.Dropdown>
        </Menu>
      )}
    </Group>
  );
}

const useMoveLabel = (options: { showsError?: boolean; onDone?: () => void } = {}) =>
  useAction(api.secrets.updateSecretVersionStage.mutationOptions(), {
    done: (_, move) =>
      move?.moveToVersionId === undefined ? texts.removed(move?.versionStage ?? '') : texts.moved(move.versionStage ?? ''),
    invalidates: [api.secrets.describeSecret.pathFilter(), api.secrets.listSecretVersionIds.pathFilter()],
    ...options,
  });

interface DeedProps extends SecretTabProps {
  version: SecretVersion;
  onClose: () => void;
}

function RollBack({ secret, version: { versionId }, onClose }: DeedProps) {
  const { run, isRunning, error } = useMoveLabel({ showsError: true, onDone: onClose });
  const current = currentVersion(secret);
  return (
    <Modal opened onClose={onClose} title={texts.rollBackTitle} closeButtonProps={{ 'aria-label': commonTexts.close }}>
      <Stack gap="md">
        <Text size="sm">{texts.rollBackText(versionId)}</Text>
        <Problem error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {commonTexts.cancel}
          </Button>
          <Button
            loading={isRunning}
            data-autofocus
            onClick={() =>
              run({
                secretId: secret.arn,
                versionStage: AWSCURRENT,
                moveToVersionId: versionId,
                ...(current !== undefined && { removeFromVersionId: current }),
              })
            }
          >
            {texts.rollBack}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function PutLabel({ secret, version: { versionId }, onClose }: DeedProps) {
  const [label, setLabel] = useState('');
  const { run, isRunning, error } = useMoveLabel({ showsError: true, onDone: onClose });
  const holder = versionWith(secret, label);
  return (
    <Modal opened onClose={onClose} title={texts.labelTitle} closeButtonProps={{ 'aria-label': commonTexts.close }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          run({
            secretId: secret.arn,
            versionStage: label,
            moveToVersionId: versionId,
            ...(holder !== undefined && { removeFromVersionId: holder }),
          });
        }}
      >
        <Stack gap="md">
          <TextInput
            label={texts.label}
            description={texts.labelText}
            value={label}
            maxLength={256}
            onChange={(event) => setLabel(event.currentTarget.value)}
            autoComplete="off"
            data-autofocus
          />
          <Problem error={error} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {commonTexts.cancel}
            </Button>
            <Button type="submit" loading={isRunning} disabled={label === '' || holder === versionId}>
              {texts.labelAction}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
