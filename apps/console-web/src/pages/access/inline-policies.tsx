import { Anchor, Button, Group, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { policySizes } from '@strongroom/field-rules';
import { api } from '../../app/api';
import { FormModal } from '../../components/form-modal';
import { MachineText } from '../../components/machine-text';
import { isSoundPolicy, PolicyEditor } from '../../components/policy-editor/policy-editor';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { useAction } from '../../components/use-action';
import { accessTexts } from '../../texts/access';
import { Nothing } from './nothing';
import { EMPTY_POLICY, identityExamples } from './policy-examples';
import { kindOf, type Target } from './target';

const texts = accessTexts.attached;
const invalidates = [api.identity.pathFilter()];

/** The policies that belong to a user, group or role alone. */
export function InlinePolicies({ target }: { target: Target }) {
  const [opened, modal] = useDisclosure(false);
  const [edited, setEdited] = useState<string>();
  const { data, error, refetch } = useQuery(api.identity.listInlinePolicies.queryOptions({ target, maxItems: 1_000 }));
  const open = (name?: string) => {
    setEdited(name);
    modal.open();
  };
  return (
    <Section
      title={texts.inline}
      description={texts.inlineHint}
      actions={
        <Button size="xs" variant="default" leftSection={<IconPlus size={14} />} onClick={() => open()}>
          {texts.add}
        </Button>
      }
    >
      <Problem error={error} onRetry={() => void refetch()} />
      {data?.policyNames.length === 0 && <Nothing>{texts.noInline}</Nothing>}
      <Stack gap={6}>
        {data?.policyNames.map((name) => (
          <Anchor key={name} component="button" type="button" ta="start" onClick={() => open(name)}>
            <MachineText>{name}</MachineText>
          </Anchor>
        ))}
      </Stack>
      {opened && edited !== undefined && <ExistingPolicy target={target} name={edited} onClose={modal.close} />}
      {opened && edited === undefined && <PolicyForm target={target} document={EMPTY_POLICY} onClose={modal.close} />}
    </Section>
  );
}

function ExistingPolicy({ target, name, onClose }: { target: Target; name: string; onClose: () => void }) {
  const { data, error } = useQuery(
    api.identity.getInlinePolicy.queryOptions({ target, policyName: name }, { gcTime: 0, staleTime: Infinity }),
  );
  if (error) return <Problem error={error} />;
  return data ? <PolicyForm target={target} name={name} document={data.policyDocument} onClose={onClose} /> : null;
}

interface PolicyFormProps {
  target: Target;
  /** Absent: a new one. */
  name?: string;
  document: string;
  onClose: () => void;
}

function PolicyForm({ target, name, document, onClose }: PolicyFormProps) {
  const [newName, setNewName] = useState('');
  const [text, setText] = useState(() => indented(document));
  const policyName = name ?? newName;
  const put = useAction(api.identity.putInlinePolicy.mutationOptions(), {
    showsError: true,
    invalidates,
    done: texts.savedInline,
    onDone: onClose,
  });
  const remove = useAction(api.identity.deleteInlinePolicy.mutationOptions(), {
    invalidates,
    done: texts.deletedInline(policyName),
    onDone: onClose,
  });
  const rules = { kind: 'identity', maxSize: policySizes.inline[kindOf(target)] } as const;
  return (
    <FormModal
      opened
      onClose={onClose}
      size="min(72rem, 96vw)"
      title={name === undefined ? texts.add : texts.editInline(name)}
      action={texts.saveInline}
      isReady={policyName !== '' && isSoundPolicy(text, rules)}
      isRunning={put.isRunning}
      error={put.error}
      onSubmit={() => put.run({ target, policyName, policyDocument: text })}
    >
      {name === undefined ? (
        <TextInput
          label={texts.policyName}
          description={accessTexts.nameRule}
          value={newName}
          onChange={(event) => setNewName(event.currentTarget.value)}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          required
        />
      ) : (
        <Group justify="flex-end">
          <Button
            size="xs"
            color="red"
            variant="light"
            loading={remove.isRunning}
            onClick={() => remove.run({ target, policyName: name })}
          >
            {texts.deleteInline(name)}
          </Button>
        </Group>
      )}
      <PolicyEditor
        label={accessTexts.policies.document}
        value={text}
        onChange={setText}
        examples={identityExamples}
        {...rules}
      />
    </FormModal>
  );
}

/** As people read it; what is no JSON stays as it is. */
export function indented(document: string): string {
  try {
    return JSON.stringify(JSON.parse(document), null, 2);
  } catch {
    return document;
  }
}
