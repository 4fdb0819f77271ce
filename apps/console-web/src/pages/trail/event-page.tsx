import { Anchor, Button, Group, SimpleGrid, Skeleton, Stack, Text } from '@mantine/core';
import { IconCertificate } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { api } from '../../app/api';
import { ArnLink } from '../../components/arn-link';
import { CopyButton } from '../../components/copy-button';
import { EmptyState } from '../../components/empty-state';
import { JsonView } from '../../components/json-editor';
import { KeyValues } from '../../components/key-values';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { PageHeader } from '../../components/page-header';
import { Problem } from '../../components/problem';
import { saveFile } from '../../components/save-file';
import { Section } from '../../components/section';
import { trailTexts } from '../../texts/trail';
import { count } from '../usage/amounts';
import { Result, type ShownEvent } from './event-columns';
import { hexOf, sourceWord, whoOf } from './event-words';
import type { TrailSearch } from './trail-search';

const texts = trailTexts.event;

const route = getRouteApi('/shell/trail/events/$eventId');

/** One event in full. */
export function EventPage() {
  const { eventId } = route.useParams();
  const filter = { eventId };
  const { data, error, isPending, refetch } = useQuery({
    ...api.audit.lookupEvents.queryOptions({ filter, maxResults: 1 }),
    // An event never changes.
    staleTime: Infinity,
  });
  const event = data?.events[0];
  return (
    <>
      <PageHeader
        area="trail"
        title={event ? <bdi>{event.eventName}</bdi> : texts.summary}
        actions={event && <Result {...event} />}
      />
      <Problem error={error} onRetry={() => void refetch()} />
      {isPending && !error && <Skeleton height={320} />}
      {data && !event && <EmptyState title={texts.missing}>{texts.missingText}</EmptyState>}
      {event && (
        <Stack gap="md">
          <Summary event={event} />
          <Parameters event={event} />
          <Record eventId={eventId} />
          <Proof event={event} />
        </Stack>
      )}
    </>
  );
}

function Summary({ event }: { event: ShownEvent }) {
  const { userIdentity, errorCode, errorMessage, resources } = event;
  const who = whoOf(event);
  const session = userIdentity?.sessionAttributes;
  return (
    <Section title={texts.summary}>
      <KeyValues
        items={[
          [texts.time, <Moment key="time" at={event.eventTime} />],
          [
            texts.who,
            <Fact key="who" search={who === '' ? undefined : { user: userIdentity?.arn || who }} more={texts.allOfUser(who)}>
              {userIdentity?.arn ? <ArnLink arn={userIdentity.arn} label={who} withCopy /> : who || trailTexts.someoneUnknown}
            </Fact>,
          ],
          [texts.identityType, userIdentity?.type],
          [
            texts.session,
            userIdentity?.sessionIssuerArn ? <ArnLink key="role" arn={userIdentity.sessionIssuerArn} withCopy /> : undefined,
          ],
          [texts.sessionBegan, session ? <Moment key="began" at={session.creationDate} /> : undefined],
          [texts.factor, session && (session.mfaAuthenticated ? texts.factorShown : texts.noFactor)],
          [
            texts.accessKey,
            userIdentity?.accessKeyId ? (
              <Fact key="key" search={{ key: userIdentity.accessKeyId }} more={texts.allOfKey}>
                <MachineText>{userIdentity.accessKeyId}</MachineText>
              </Fact>
            ) : undefined,
          ],
          [texts.address, event.sourceIpAddress ? <MachineText key="address">{event.sourceIpAddress}</MachineText> : undefined],
          [texts.agent, event.userAgent ? <bdi key="agent">{event.userAgent}</bdi> : undefined],
          [
            texts.service,
            <Fact key="service" search={{ event: event.eventName }} more={texts.allOfName(event.eventName)}>
              {sourceWord(event.eventSource)}
            </Fact>,
          ],
          [texts.kind, event.readOnly ? texts.readOnly : texts.changed],
          [
            texts.resources,
            resources.length > 0 ? (
              <Stack key="resources" gap={2}>
                {resources.map(({ arn, versionId }, at) => (
                  <Fact key={at} search={{ resource: arn }} more={texts.allOfResource}>
                    <ArnLink arn={arn} withCopy />
                    {versionId !== '' && (
                      <Text span size="sm" c="dimmed">
                        {' '}
                        {texts.version(versionId)}
                      </Text>
                    )}
                  </Fact>
                ))}
              </Stack>
            ) : undefined,
          ],
          [
            texts.error,
            errorCode !== '' ? (
              <Text key="error" span inherit>
                <MachineText>{errorCode}</MachineText> <bdi>{errorMessage}</bdi>
              </Text>
            ) : undefined,
          ],
          [
            texts.request,
            <Fact key="request" search={{ request: event.requestId }} more={texts.allOfRequest}>
              <MachineText>{event.requestId}</MachineText>
            </Fact>,
          ],
          [texts.place, count(event.sequence)],
          [texts.hash, <MachineText key="hash">{hexOf(event.hash)}</MachineText>],
        ]}
      />
    </Section>
  );
}

/** A fact of an event, with a way to all events that share it. */
function Fact({ search, more, children }: { search: TrailSearch | undefined; more: string; children: ReactNode }) {
  return (
    <Group gap="sm">
      <span>{children}</span>
      {search && (
        <Anchor size="sm" renderRoot={(props) => <Link to="/trail" search={{ ...search, last: 'all' } as never} {...props} />}>
          {more}
        </Anchor>
      )}
    </Group>
  );
}

function Parameters({ event: { requestParameters, responseElements } }: { event: ShownEvent }) {
  const parts = [
    [texts.parameters, Object.entries(requestParameters)],
    [texts.response, Object.entries(responseElements)],
  ] as const;
  const shown = parts.filter(([, entries]) => entries.length > 0);
  if (shown.length === 0) return null;
  return (
    <SimpleGrid cols={{ base: 1, lg: shown.length }} spacing="md">
      {shown.map(([title, entries]) => (
        <Section key={title} title={title}>
          <KeyValues items={entries.map(([name, value]) => [name, <MachineText key={name}>{value}</MachineText>] as const)} />
        </Section>
      ))}
    </SimpleGrid>
  );
}

function Record({ eventId }: { eventId: string }) {
  const { data, error, isPending } = useQuery({
    ...api.trail.records.queryOptions({ filter: { eventId }, maxResults: 1 }),
    staleTime: Infinity,
  });
  const line = data?.lines[0];
  const text = line === undefined ? '' : JSON.stringify(JSON.parse(line), null, 2);
  return (
    <Section title={texts.record} actions={text !== '' && <CopyButton value={text} label={texts.copyRecord} />}>
      <Problem error={error} />
      {isPending && <Skeleton height={200} />}
      {text !== '' && <JsonView label={texts.record} value={text} maxHeight="40rem" />}
    </Section>
  );
}

function Proof({ event: { eventId, sequence } }: { event: ShownEvent }) {
  const { mutate, error, isPending } = useMutation({
    ...api.trail.prove.mutationOptions(),
    onSuccess: ({ lines }) => saveFile(`strongroom-event-${sequence}.proof`, lines, 'application/jsonl'),
  });
  return (
    <Section title={texts.prove} description={texts.proveText}>
      <Stack gap="sm" align="flex-start">
        <Button
          variant="default"
          leftSection={<IconCertificate size={16} />}
          loading={isPending}
          onClick={() => mutate({ eventId })}
        >
          {texts.downloadProof}
        </Button>
        <Problem error={error} />
      </Stack>
    </Section>
  );
}
