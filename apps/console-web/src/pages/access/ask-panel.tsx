import { Autocomplete, Button, Group, List, Stack, Text } from '@mantine/core';
import { IconScale } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { AccessQuestion, AccessVerdict } from '@strongroom/console-api';
import { api } from '../../app/api';
import { ArnLink } from '../../components/arn-link';
import { KeyValues } from '../../components/key-values';
import { MachineText } from '../../components/machine-text';
import { type PairDraft, PairsInput } from '../../components/pairs-input';
import { useKnownActions } from '../../components/policy-editor/use-known-actions';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { StatusBadge } from '../../components/status-badge';
import { useSearchState } from '../../components/use-search-state';
import { accessTexts } from '../../texts/access';

const texts = accessTexts.ask;
const defaults = { who: '', action: '', what: '' };
const SUGGESTIONS = 8;

/** Asks whether somebody may do something; the question stands in the address, so that it can be shared. */
export function AskPanel() {
  const [asked, ask] = useSearchState(defaults);
  const [draft, setDraft] = useState(asked);
  const [pairs, setPairs] = useState<PairDraft[]>([]);
  const actions = useKnownActions();
  const users = useQuery(api.identity.listUsers.queryOptions({ maxItems: 1_000 }));
  const roles = useQuery(api.identity.listRoles.queryOptions({ maxItems: 1_000 }));
  const secrets = useQuery(api.secrets.listSecrets.queryOptions({ maxResults: 100 }));
  const aliases = useQuery(api.keys.listAliases.queryOptions({ limit: 100 }));
  const people = [
    ...(users.data?.users ?? []).map(({ userName }) => `user/${userName}`),
    ...(roles.data?.roles ?? []).map(({ roleName }) => `role/${roleName}`),
  ];
  const things = [
    ...(secrets.data?.secretList ?? []).map(({ name }) => name),
    ...(aliases.data?.aliases ?? []).map(({ aliasName }) => aliasName),
    ...people,
  ];
  const question: AccessQuestion = { ...asked, context: contextOf(pairs) };
  const isWhole = asked.who !== '' && asked.action !== '' && asked.what !== '';
  const verdict = useQuery(api.access.can.queryOptions(question, { enabled: isWhole, staleTime: 0, retry: false }));
  const change = (part: Partial<typeof defaults>) => setDraft((before) => ({ ...before, ...part }));
  return (
    <Stack gap="md">
      <Section title={texts.title} description={texts.hint}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            ask(draft);
            if (JSON.stringify(draft) === JSON.stringify(asked)) void verdict.refetch();
          }}
        >
          <Stack gap="md">
            <Group grow align="flex-start" preventGrowOverflow={false}>
              <Autocomplete
                label={texts.who}
                description={texts.whoHint}
                data={people}
                limit={SUGGESTIONS}
                value={draft.who}
                onChange={(who) => change({ who })}
                required
              />
              <Autocomplete
                label={texts.action}
                description={texts.actionHint}
                data={[...actions]}
                limit={SUGGESTIONS}
                value={draft.action}
                onChange={(action) => change({ action })}
                required
              />
              <Autocomplete
                label={texts.what}
                description={texts.whatHint}
                data={[...new Set(['*', ...things])]}
                limit={SUGGESTIONS}
                value={draft.what}
                onChange={(what) => change({ what })}
                required
              />
            </Group>
            <PairsInput label={texts.context} description={texts.contextHint} pairs={pairs} onChange={setPairs} max={20} />
            <Group justify="flex-end">
              <Button type="submit" leftSection={<IconScale size={16} />} loading={verdict.isFetching}>
                {texts.ask}
              </Button>
            </Group>
          </Stack>
        </form>
      </Section>
      <div aria-live="polite">
        <Problem error={isWhole ? verdict.error : undefined} />
        {isWhole && verdict.data && !verdict.error && <Answer verdict={verdict.data} />}
      </div>
    </Stack>
  );
}

/** Keys that occur twice have both values. */
export function contextOf(pairs: readonly PairDraft[]): Record<string, string[]> {
  const context: Record<string, string[]> = {};
  for (const { key, value } of pairs) if (key.trim()) (context[key.trim()] ??= []).push(value);
  return context;
}

const looks = {
  allowed: { tone: 'good', text: texts.allowed },
  denied: { tone: 'bad', text: texts.denied },
  unknown: { tone: 'warning', text: texts.unknown },
} as const;

/** What holds of something and of all that it needs. */
const decisionOf = ({ decision, needs }: AccessVerdict): AccessVerdict['decision'] => {
  if (!needs || decision === 'denied') return decision;
  const further = decisionOf(needs);
  return further === 'allowed' ? decision : further;
};

function Answer({ verdict }: { verdict: AccessVerdict }) {
  const { tone, text } = looks[decisionOf(verdict)];
  return (
    <Section title={<StatusBadge tone={tone}>{text}</StatusBadge>}>
      <Stack gap="md">
        <Reasons verdict={verdict} />
        {verdict.needs && (
          <div>
            <Text size="sm" fw={600} mb={4}>
              {texts.needs}
            </Text>
            <Reasons verdict={verdict.needs} />
          </div>
        )}
      </Stack>
    </Section>
  );
}

function Reasons({ verdict }: { verdict: AccessVerdict }) {
  const { who, action, resource, because, policy, assumed, notes, decision, denial } = verdict;
  return (
    <Stack gap="xs">
      <Text>
        <bdi>{because}</bdi>
      </Text>
      <KeyValues
        items={[
          [texts.who, <ArnLink key="who" arn={who} />],
          [texts.action, <MachineText key="action">{action}</MachineText>],
          [texts.what, <ArnLink key="what" arn={resource} />],
          [texts.decision, decision === 'denied' && denial ? texts[denial] : looks[decision].text],
          [
            texts.policy,
            policy && (
              <span>
                {policy.arn && policy.kind === 'managed policy' ? (
                  <ArnLink arn={policy.arn} label={policy.name} />
                ) : (
                  <MachineText>{policy.name}</MachineText>
                )}{' '}
                ({policy.kind} {texts.of} <bdi>{policy.of}</bdi>)
              </span>
            ),
          ],
          [
            texts.statement,
            policy?.statement && (
              <MachineText>{policy.sid ? `${policy.statement} (${policy.sid})` : policy.statement}</MachineText>
            ),
          ],
          [
            texts.assumed,
            assumed.length > 0
              ? assumed
                  .map(({ key, value }) => (value === undefined ? texts.assumedAbsent(key) : texts.assumedValue(key, value)))
                  .join(', ')
              : undefined,
          ],
        ]}
      />
      {notes.length > 0 && (
        <List size="sm">
          {notes.map((note) => (
            <List.Item key={note}>{note}</List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}
