import { Autocomplete, Button, Group, Select, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '../../app/api';
import { Problem } from '../../components/problem';
import { useAction } from '../../components/use-action';
import { commonTexts } from '../../texts/common';
import { rotationsTexts } from '../../texts/rotations';
import { choiceOf, FIRST_CHOICE } from '../secret/schedule-choice';
import { rulesOf } from '../secret/schedule-words';
import type { Secret } from '../secret/use-secret';
import { checkedRules, ScheduleEditor } from './schedule-editor';

const texts = rotationsTexts.configuration;

interface RotationFormProps {
  secret: Secret;
  onClose: () => void;
  onStarted: (versionId: string) => void;
}

/** Configures which function rotates a secret, and when. */
export function RotationForm({ secret, onClose, onStarted }: RotationFormProps) {
  const present = rulesOf(secret.rotationRules);
  const isNew = !secret.rotationLambdaArn;
  const [choice, setChoice] = useState(() => (isNew ? FIRST_CHOICE : choiceOf(present)));
  const [functionArn, setFunctionArn] = useState(secret.rotationLambdaArn ?? '');
  const [immediately, setImmediately] = useState(isNew);
  const { rules, fault } = checkedRules(choice, new Date());
  const { run, isRunning, error } = useAction(api.secrets.rotateSecret.mutationOptions(), {
    done: texts.saved,
    invalidates: [api.secrets.pathFilter(), api.rotation.pathFilter()],
    onDone: ({ versionId }) => {
      onClose();
      if (versionId !== undefined) onStarted(versionId);
    },
    showsError: true,
  });
  const save = () =>
    run({
      secretId: secret.arn,
      clientRequestToken: crypto.randomUUID(),
      rotationLambdaArn: functionArn,
      ...(rules && { rotationRules: rules }),
      rotateImmediately: immediately,
    });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <Stack gap="lg">
        <FunctionChoice value={functionArn} onChange={setFunctionArn} />
        <ScheduleEditor
          choice={choice}
          onChange={setChoice}
          canBeNever={present === undefined}
          lastRotated={secret.lastRotatedDate}
        />
        <Switch
          label={texts.immediately}
          description={texts.immediatelyText}
          checked={immediately}
          onChange={(event) => setImmediately(event.currentTarget.checked)}
        />
        <Problem error={error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {commonTexts.cancel}
          </Button>
          <Button type="submit" loading={isRunning} disabled={functionArn.trim() === '' || fault !== undefined}>
            {texts.save}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function FunctionChoice({ value, onChange }: { value: string; onChange: (arn: string) => void }) {
  const { data, error } = useQuery(api.rotation.listRotationFunctions.queryOptions({}));
  if (error) {
    return (
      <Stack gap="xs">
        <Autocomplete label={texts.functionLabel} description={texts.noFunctions} value={value} onChange={onChange} required />
        <Problem error={error} />
      </Stack>
    );
  }
  const functions = data?.functions ?? [];
  const isBuiltIn = (one: (typeof functions)[number]): boolean => one.implementation?.$case === 'builtIn';
  const itemsOf = (builtIn: boolean) =>
    functions.filter((one) => isBuiltIn(one) === builtIn).map((one) => ({ value: one.functionArn, label: one.functionName }));
  const groups = [
    { group: texts.custom, items: itemsOf(false) },
    { group: texts.builtIn, items: itemsOf(true) },
  ].filter(({ items }) => items.length > 0);
  const chosen = functions.find(({ functionArn }) => functionArn === value);
  return (
    <Stack gap={4}>
      <Select
        label={texts.functionLabel}
        description={texts.functionText}
        data={groups}
        value={value === '' ? null : value}
        onChange={(arn) => onChange(arn ?? '')}
        searchable
        required
        maw={480}
      />
      {chosen?.description && (
        <Text size="sm" c="dimmed">
          <bdi>{chosen.description}</bdi>
        </Text>
      )}
    </Stack>
  );
}
