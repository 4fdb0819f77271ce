import { Button, Group, Select, Stack, Switch, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { JudgedPrincipal } from '@strongroom/console-api';
import { useState } from 'react';
import { api } from '../../app/api';
import { usePerson } from '../../app/session';
import { ArnLink } from '../../components/arn-link';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { Section } from '../../components/section';
import { StatusBadge } from '../../components/status-badge';
import { secretTexts } from '../../texts/secret';
import type { SecretTabProps } from './use-secret';

const texts = secretTexts.permissions;
const tones = { allowed: 'good', denied: 'neutral', unknown: 'warning' } as const;

/** Lists who may do something, with the statement that decides. */
export function WhoCanPanel({ secret }: SecretTabProps) {
  const [action, setAction] = useState('GetSecretValue');
  const [asked, setAsked] = useState<string>();
  const [showsDenied, setShowsDenied] = useState(false);
  const { data, error, isFetching, refetch } = useQuery({
    ...api.secret.whoCan.queryOptions({ secretId: secret.arn, action: asked ?? action }),
    enabled: asked !== undefined,
    // It reads every policy of the account, so it is not repeated unasked.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  const columns = useColumns();
  const isAsked = asked === action;
  const answer = isAsked ? data : undefined;
  const able = answer?.principals.filter(({ decision }) => decision !== 'denied');
  const rows = showsDenied ? answer?.principals : able;
  return (
    <Section title={texts.whoTitle} description={texts.whoText}>
      <Stack gap="md">
        <Group align="flex-end" gap="sm">
          <Select
            label={texts.action}
            data={Object.entries(texts.actions).map(([value, label]) => ({ value, label }))}
            value={action}
            allowDeselect={false}
            onChange={(value) => value !== null && setAction(value)}
            w={{ base: '100%', xs: 240 }}
          />
          <Button loading={isFetching} onClick={() => (isAsked ? void refetch() : setAsked(action))}>
            {texts.find}
          </Button>
          {answer && (
            <Switch
              label={texts.showDenied}
              checked={showsDenied}
              onChange={(event) => setShowsDenied(event.currentTarget.checked)}
              mb={8}
            />
          )}
        </Group>
        {isAsked && (error || isFetching || answer) && (
          <DataTable
            label={texts.whoTitle}
            columns={columns}
            rows={isFetching ? undefined : rows}
            rowKey={({ kind, name }) => `${kind}/${name}`}
            error={error}
            onRetry={() => void refetch()}
            empty={<EmptyState title={texts.nobody}>{texts.nobodyText(answer?.principals.length ?? 0)}</EmptyState>}
            maxHeight="28rem"
          />
        )}
        {answer && answer.outsiders.length > 0 && <Text size="sm">{texts.outsiders(answer.outsiders.join(', '))}</Text>}
        {answer?.more && <Text size="sm">{texts.more}</Text>}
      </Stack>
    </Section>
  );
}

const useColumns = (): Column<JudgedPrincipal>[] => {
  const { accountId } = usePerson();
  return [
    {
      id: 'who',
      label: texts.principal,
      width: 'minmax(9rem, 1fr)',
      render: ({ kind, name }) => <ArnLink arn={`arn:aws:iam::${accountId}:${kind}/${name}`} label={`${kind}/${name}`} />,
    },
    {
      id: 'decision',
      label: texts.decision,
      width: '7rem',
      render: ({ decision }) => <StatusBadge tone={tones[decision]}>{texts[decision]}</StatusBadge>,
    },
    {
      id: 'because',
      label: texts.because,
      width: 'minmax(16rem, 4fr)',
      render: ({ because, assumed, policy }) => (
        <Text size="sm" component="div" style={{ whiteSpace: 'normal' }}>
          {because.map((sentence) => (
            <div key={sentence}>
              <bdi>{sentence}</bdi>
            </div>
          ))}
          {policy?.arn?.includes(':policy/') && <ArnLink arn={policy.arn} />}
          {assumed.length > 0 && (
            <Text size="sm" c="dimmed">
              {texts.assumed(assumed.join(', '))}
            </Text>
          )}
        </Text>
      ),
    },
  ];
};
