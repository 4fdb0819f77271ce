import { Group, Select, Stack, Switch, Text } from '@mantine/core';
import { IconArrowRight } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { AWSCURRENT, AWSPREVIOUS, versionWith } from '@strongroom/secret-values';
import { useState } from 'react';
import { api } from '../../app/api';
import { GuardedButton } from '../../components/guarded-button';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { secretTexts } from '../../texts/secret';
import { ChangeList } from './change-list';
import { type SecretTabProps, type SecretVersion, useRefusals } from './use-secret';

const texts = secretTexts.versions;

interface CompareVersionsProps extends SecretTabProps {
  versions: readonly SecretVersion[];
}

/** Which keys differ between two versions. The console compares them: values never come here. */
export function CompareVersions({ secret, versions }: CompareVersionsProps) {
  const refusals = useRefusals(secret.arn);
  const [from, setFrom] = useState<string | null>(() => versionWith(secret, AWSPREVIOUS) ?? null);
  const [to, setTo] = useState<string | null>(() => versionWith(secret, AWSCURRENT) ?? null);
  const [asked, setAsked] = useState<{ from: string; to: string }>();
  const [showsSame, setShowsSame] = useState(false);
  const { data, error, isFetching, refetch } = useQuery({
    ...api.secret.compare.queryOptions({ secretId: secret.arn, from: asked?.from ?? '', to: asked?.to ?? '' }),
    enabled: asked !== undefined,
    // Each comparison is two reads in the trail, so it is not repeated unasked.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
  });
  const withValue = versions.filter(({ kmsKeyIds }) => kmsKeyIds.length > 0);
  if (withValue.length < 2 || secret.deletedDate !== undefined) return null;
  const choices = withValue.map(({ versionId, versionStages }) => ({
    value: versionId,
    label: versionStages.length > 0 ? `${versionStages.join(', ')} · ${versionId.slice(0, 8)}` : versionId,
  }));
  const isAsked = asked !== undefined && asked.from === from && asked.to === to;
  const differing = data?.filter(({ change }) => change !== 'same') ?? [];
  return (
    <Section title={texts.compare} description={texts.compareText}>
      <Stack gap="md">
        <Group gap="sm" align="flex-end">
          <Select label={texts.from} data={choices} value={from} onChange={setFrom} searchable w={{ base: '100%', xs: 260 }} />
          <IconArrowRight size={18} aria-hidden style={{ marginBottom: 9 }} />
          <Select label={texts.to} data={choices} value={to} onChange={setTo} searchable w={{ base: '100%', xs: 260 }} />
          <GuardedButton
            refusal={refusals('GetSecretValue')}
            disabled={from === null || to === null || from === to}
            loading={isFetching}
            onClick={() => (isAsked ? void refetch() : setAsked({ from: from!, to: to! }))}
          >
            {texts.compareAction}
          </GuardedButton>
        </Group>
        {isAsked && <Problem error={error} onRetry={() => void refetch()} />}
        {isAsked && data && (
          <>
            {differing.length === 0 && (
              <Text size="sm" role="status">
                {texts.equal}
              </Text>
            )}
            {(differing.length > 0 || showsSame) && <ChangeList changes={showsSame ? data : differing} label={texts.compare} />}
            {data.length > differing.length && (
              <Switch
                label={texts.showSame}
                checked={showsSame}
                onChange={(event) => setShowsSame(event.currentTarget.checked)}
              />
            )}
          </>
        )}
      </Stack>
    </Section>
  );
}
