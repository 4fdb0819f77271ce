import { Anchor, Badge, Grid, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { api } from '../../app/api';
import { ArnLink } from '../../components/arn-link';
import { CopyButton } from '../../components/copy-button';
import { KeyValues } from '../../components/key-values';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { Problem } from '../../components/problem';
import { Section } from '../../components/section';
import { StatusBadge } from '../../components/status-badge';
import { secretTexts } from '../../texts/secret';
import { functionName } from '../rotations/rotation-function';
import { LabelBadges } from './label-badges';
import { readerOf, serviceName, versionIn } from './readers';
import { rulesOf, scheduleWords } from './schedule-words';
import { currentVersion, type SecretTabProps } from './use-secret';

const texts = secretTexts.overview;

export function OverviewTab({ secret }: SecretTabProps) {
  const current = currentVersion(secret);
  return (
    <Grid gap="md">
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Stack gap="md">
          <Section title={texts.facts}>
            <KeyValues
              items={[
                [
                  texts.arn,
                  <Group key="arn" gap={4} wrap="nowrap" align="flex-start">
                    <MachineText>{secret.arn}</MachineText>
                    <CopyButton value={secret.arn} label={`${secretTexts.overview.arn}`} />
                  </Group>,
                ],
                [texts.description, secret.description ? <bdi>{secret.description}</bdi> : secretTexts.noDescription],
                [texts.created, <Moment key="created" at={secret.createdDate} />],
                [texts.changed, <Moment key="changed" at={secret.lastChangedDate} />],
                [texts.read, <Moment key="read" at={secret.lastAccessedDate} precision="day" never={texts.never} />],
                [texts.current, current ? <MachineText key="current">{current}</MachineText> : texts.noVersion],
                [texts.key, secret.kmsKeyId ? <ArnLink arn={secret.kmsKeyId} /> : texts.defaultKey],
                [texts.owner, secret.owningService || undefined],
              ]}
            />
          </Section>
          <Section title={texts.tags}>
            {secret.tags.length === 0 ? (
              <Text size="sm" c="dimmed">
                {texts.noTags}
              </Text>
            ) : (
              <Group gap="xs">
                {secret.tags.map(({ key, value }) => (
                  <Badge key={key} variant="default" tt="none" fw={500} h="auto" style={{ whiteSpace: 'normal' }}>
                    <bdi>{key}</bdi>
                    {value !== '' && (
                      <>
                        {': '}
                        <bdi>{value}</bdi>
                      </>
                    )}
                  </Badge>
                ))}
              </Group>
            )}
          </Section>
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Stack gap="md">
          <RotationFacts secret={secret} />
          <LatestReads secret={secret} />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

function RotationFacts({ secret }: SecretTabProps) {
  const { rotationEnabled, rotationLambdaArn, nextRotationDate, lastRotatedDate } = secret;
  const pending = Object.values(secret.versionIdsToStages).find(({ stages }) => stages.includes('AWSPENDING'));
  return (
    <Section
      title={texts.rotation}
      actions={
        rotationEnabled ? (
          <StatusBadge tone="good">{texts.on}</StatusBadge>
        ) : (
          <StatusBadge tone="neutral">{texts.noRotation}</StatusBadge>
        )
      }
    >
      <KeyValues
        items={[
          [texts.schedule, rotationEnabled ? scheduleWords(rulesOf(secret.rotationRules)) : texts.noRotation],
          [
            texts.function,
            rotationLambdaArn ? <ArnLink arn={rotationLambdaArn} label={functionName(rotationLambdaArn)} /> : undefined,
          ],
          [
            texts.next,
            nextRotationDate ? (
              <>
                <Moment at={nextRotationDate} />, {texts.nextBy}
              </>
            ) : undefined,
          ],
          [texts.last, rotationLambdaArn ? <Moment at={lastRotatedDate} never={texts.never} /> : undefined],
          [texts.labels, pending ? <LabelBadges labels={pending.stages} /> : undefined],
        ]}
      />
    </Section>
  );
}

/** How many reads the overview shows. */
const LATEST = 5;

function LatestReads({ secret }: SecretTabProps) {
  const { data, error, refetch } = useQuery(
    api.audit.lookupEvents.queryOptions({
      filter: { resource: secret.arn, eventName: 'GetSecretValue' },
      maxResults: LATEST,
    }),
  );
  const all = (
    <Anchor size="sm" renderRoot={(props) => <Link to="." search={{ tab: 'activity' } as never} {...props} />}>
      {texts.allActivity}
    </Anchor>
  );
  return (
    <Section title={texts.latest} actions={all}>
      {error ? (
        <Problem error={error} onRetry={() => void refetch()} />
      ) : (
        <Stack gap={6}>
          {data?.events.length === 0 && (
            <Text size="sm" c="dimmed">
              {texts.never}
            </Text>
          )}
          {data?.events.map((event) => (
            <Group key={event.eventId} justify="space-between" gap="xs" wrap="nowrap">
              <Text size="sm" component="div" truncate>
                <ArnLink arn={readerOf(event)} label={serviceName(readerOf(event))} />
              </Text>
              <Text size="sm" c="dimmed" component="div" style={{ whiteSpace: 'nowrap' }}>
                {event.errorCode !== '' && <StatusBadge tone="bad">{secretTexts.activity.refused}</StatusBadge>}{' '}
                {versionIn(event, secret.arn) === currentVersion(secret) && `${secretTexts.activity.current} · `}
                <Moment at={event.eventTime} />
              </Text>
            </Group>
          ))}
        </Stack>
      )}
    </Section>
  );
}
