import { Button, Group, Select, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { PolicyVersion } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { policySizes } from '@strongroom/field-rules';
import { api } from '../../app/api';
import { ConfirmByName } from '../../components/confirm-by-name';
import { KeyValues } from '../../components/key-values';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { PageHeader } from '../../components/page-header';
import { isSoundPolicy, PolicyEditor } from '../../components/policy-editor/policy-editor';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { StatusBadge } from '../../components/status-badge';
import { useAction } from '../../components/use-action';
import { accessTexts } from '../../texts/access';
import { commonTexts } from '../../texts/common';
import { Arn } from './arn';
import { indented } from './inline-policies';
import { isBuiltIn } from './policy-arn';
import { PolicyUsers } from './policy-users';

const texts = accessTexts.policies;
const invalidates = [api.identity.pathFilter()];
const rules = { kind: 'identity', maxSize: policySizes.managed } as const;
const MAX_VERSIONS = 5;
const route = getRouteApi('/shell/access/policies/$arn');

/** One managed policy: its versions, its text, who uses it. */
export function PolicyPage() {
  const { arn } = route.useParams();
  const navigate = useNavigate();
  const [opened, modal] = useDisclosure(false);
  const { data, error, refetch } = useQuery(api.identity.getPolicy.queryOptions({ policyArn: arn }));
  const versions = useQuery(api.identity.listPolicyVersions.queryOptions({ policyArn: arn }));
  const policy = data?.policy;
  const remove = useAction(api.identity.deletePolicy.mutationOptions(), {
    ...{ showsError: true, done: accessTexts.removal.done(policy?.policyName ?? ''), invalidates },
    onDone: () => void navigate({ to: '/access', search: { tab: 'policies' } as never }),
  });
  const name = policy?.policyName ?? arn.split('/').at(-1)!;
  return (
    <>
      <PageHeader
        area="access"
        tab="policies"
        title={<MachineText>{name}</MachineText>}
        description={policy?.description}
        actions={
          !isBuiltIn(arn) && (
            <Button variant="light" color="red" onClick={modal.open}>
              {texts.deleteAction}
            </Button>
          )
        }
      />
      <Problem error={error ?? versions.error} onRetry={() => void refetch()} />
      {policy && (
        <Stack gap="md">
          <Section title={accessTexts.facts}>
            <KeyValues
              items={[
                [accessTexts.arn, <Arn key="arn" arn={policy.arn} />],
                [texts.kind, isBuiltIn(arn) ? texts.builtIn : texts.own],
                [texts.used, texts.uses(policy.attachmentCount)],
                [accessTexts.created, <Moment key="created" at={policy.createDate} />],
                [texts.changed, <Moment key="changed" at={policy.updateDate} />],
              ]}
            />
          </Section>
          {versions.data && <Document arn={arn} versions={versions.data.versions} isFixed={isBuiltIn(arn)} />}
          <PolicyUsers arn={arn} />
        </Stack>
      )}
      <ConfirmByName
        opened={opened}
        onClose={modal.close}
        title={texts.deleteTitle(name)}
        name={name}
        action={texts.deleteAction}
        isRunning={remove.isRunning}
        error={remove.error}
        onConfirm={() => remove.run({ policyArn: arn })}
      >
        {texts.deleteText}
      </ConfirmByName>
    </>
  );
}

interface DocumentProps {
  arn: string;
  versions: readonly PolicyVersion[];
  isFixed: boolean;
}

/** The text of a version; an edited one becomes a new version. */
function Document({ arn, versions, isFixed }: DocumentProps) {
  const inForce = versions.find(({ isDefaultVersion }) => isDefaultVersion)?.versionId ?? versions[0]?.versionId ?? 'v1';
  const [chosen, setChosen] = useState<string>();
  const [isEditing, editing] = useDisclosure(false);
  const versionId = versions.some((one) => one.versionId === chosen) ? chosen! : inForce;
  const shown = useQuery(api.identity.getPolicyVersion.queryOptions({ policyArn: arn, versionId }));
  const setDefault = useAction(api.identity.setDefaultPolicyVersion.mutationOptions(), {
    invalidates,
    done: texts.setDefaultDone(versionId),
  });
  const remove = useAction(api.identity.deletePolicyVersion.mutationOptions(), {
    invalidates,
    done: texts.versionDeleted(versionId),
  });
  const document = shown.data?.policyVersion?.document;
  const isDefault = versionId === inForce;
  return (
    <Section
      title={texts.document}
      actions={
        !isEditing && (
          <>
            <Select
              size="xs"
              aria-label={texts.version}
              data={versions.map((one) => ({
                value: one.versionId,
                label: one.isDefaultVersion ? `${one.versionId} (${texts.defaultVersion})` : one.versionId,
              }))}
              value={versionId}
              onChange={(id) => setChosen(id ?? undefined)}
              allowDeselect={false}
              w={160}
            />
            {!isFixed && !isDefault && (
              <>
                <Button
                  size="xs"
                  variant="light"
                  color="red"
                  loading={remove.isRunning}
                  onClick={() => remove.run({ policyArn: arn, versionId })}
                >
                  {texts.deleteVersion(versionId)}
                </Button>
                <Button
                  size="xs"
                  variant="default"
                  loading={setDefault.isRunning}
                  onClick={() => setDefault.run({ policyArn: arn, versionId })}
                >
                  {texts.setDefault}
                </Button>
              </>
            )}
            {!isFixed && (
              <Button size="xs" onClick={editing.open} disabled={!document}>
                {texts.newVersion}
              </Button>
            )}
          </>
        )
      }
    >
      <Stack gap="sm">
        <Group gap="xs">
          {isDefault && <StatusBadge tone="good">{texts.defaultVersion}</StatusBadge>}
          <Moment at={versions.find((one) => one.versionId === versionId)?.createDate} />
        </Group>
        <Problem error={shown.error} onRetry={() => void shown.refetch()} />
        {document !== undefined &&
          (isEditing ? (
            <NewVersion
              arn={arn}
              document={document}
              isFull={versions.length >= MAX_VERSIONS}
              onClose={() => {
                setChosen(undefined);
                editing.close();
              }}
            />
          ) : (
            <PolicyEditor key={versionId} label={texts.document} value={indented(document)} {...rules} />
          ))}
      </Stack>
    </Section>
  );
}

interface NewVersionProps {
  arn: string;
  document: string;
  isFull: boolean;
  onClose: () => void;
}

function NewVersion({ arn, document, isFull, onClose }: NewVersionProps) {
  const [text, setText] = useState(() => indented(document));
  const save = useAction(api.identity.createPolicyVersion.mutationOptions(), {
    ...{ showsError: true, done: texts.saved, invalidates, onDone: onClose },
  });
  const isReady = text !== indented(document) && isSoundPolicy(text, rules) && !isFull;
  const run = (setAsDefault: boolean) => save.run({ policyArn: arn, policyDocument: text, setAsDefault });
  return (
    <Stack gap="sm">
      <PolicyEditor
        label={texts.document}
        value={text}
        onChange={setText}
        error={isFull ? texts.tooMany : undefined}
        {...rules}
      />
      <Problem error={save.error} />
      <Group justify="flex-end" gap="xs">
        <Button variant="default" onClick={onClose}>
          {commonTexts.cancel}
        </Button>
        <Button variant="default" disabled={!isReady} loading={save.isRunning} onClick={() => run(false)}>
          {texts.saveOnly}
        </Button>
        <Button disabled={!isReady} loading={save.isRunning} onClick={() => run(true)}>
          {texts.saveVersion}
        </Button>
      </Group>
    </Stack>
  );
}
