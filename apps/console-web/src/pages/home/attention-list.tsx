import { Anchor, Group, Stack, Text } from '@mantine/core';
import { Link, type LinkProps } from '@tanstack/react-router';
import type {
  CanaryRead,
  EndingCertificate,
  FailedRotation,
  Findings,
  OverdueRotation,
  Overview,
  Part,
  PlannedDeletion,
} from '@strongroom/console-api';
import type { ReactNode } from 'react';
import { ArnLink } from '../../components/arn-link';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { Section } from '../../components/section';
import { StatusBadge, type Tone } from '../../components/status-badge';
import { homeTexts as texts } from '../../texts/home';
import { localPart } from '../trail/event-words';
import type { FindingKind } from './attention';

const TONES: Readonly<Record<FindingKind, Tone>> = {
  canaryReads: 'bad',
  failedRotations: 'bad',
  certificates: 'warning',
  overdueRotations: 'warning',
  plannedDeletions: 'warning',
};

/** What needs attention, kind by kind, each with a way to where it is mended. */
export function AttentionList({ overview, kinds }: { overview: Overview; kinds: readonly FindingKind[] }) {
  return (
    <>
      {kinds.map((kind) => {
        const { items, more } = findingsOf(overview, kind);
        return (
          <Section
            key={kind}
            title={
              <Group gap="xs">
                {texts.parts[kind]}
                <StatusBadge tone={TONES[kind]}>{`${items.length}${more ? '+' : ''}`}</StatusBadge>
              </Group>
            }
          >
            <Stack gap="sm" component="ul" p={0} m={0} style={{ listStyle: 'none' }}>
              {items.map(({ key, what, where, mend }) => (
                <Group key={key} component="li" justify="space-between" gap="xs" align="baseline">
                  <Text component="div" flex={1} miw={220}>
                    {what}
                  </Text>
                  <Anchor size="sm" renderRoot={(props) => <Link {...where} {...props} />}>
                    {mend}
                  </Anchor>
                </Group>
              ))}
              {more && (
                <Text component="li" size="sm" c="dimmed">
                  {texts.more}
                </Text>
              )}
            </Stack>
          </Section>
        );
      })}
    </>
  );
}

interface Item {
  readonly key: string;
  readonly what: ReactNode;
  /** Where it is mended. */
  readonly where: Pick<LinkProps, 'to' | 'params' | 'search'>;
  readonly mend: string;
}

const secretPage = (name: string, tab?: string): Item['where'] => ({
  to: '/secrets/$name',
  params: { name },
  ...(tab !== undefined && { search: { tab } as never }),
});

function findingsOf(overview: Overview, kind: FindingKind): { items: readonly Item[]; more: boolean } {
  const part = overview[kind];
  const more = part.known && part.value.more;
  switch (kind) {
    case 'canaryReads':
      return { more, items: known(overview.canaryReads).map(canaryRead) };
    case 'failedRotations':
      return { more, items: known(overview.failedRotations).map(failedRotation) };
    case 'overdueRotations':
      return { more, items: known(overview.overdueRotations).map(overdueRotation) };
    case 'plannedDeletions':
      return { more, items: known(overview.plannedDeletions).map(plannedDeletion) };
    case 'certificates':
      return { more, items: known(overview.certificates).map(certificate) };
  }
}

const known = <Finding,>(part: Part<Findings<Finding>>): readonly Finding[] => (part.known ? part.value.items : []);

const canaryRead = ({ arn, name, eventId, readAt, readBy, sourceIp }: CanaryRead): Item => ({
  key: eventId,
  what: (
    <>
      <ArnLink arn={arn} label={name} /> {texts.canaryRead.text} <bdi>{localPart(readBy)}</bdi> {texts.canaryRead.from}{' '}
      <MachineText>{sourceIp}</MachineText>, <Moment at={readAt} />
    </>
  ),
  where: { to: '/trail/events/$eventId', params: { eventId } },
  mend: texts.canaryRead.mend,
});

const failedRotation = ({ arn, name, failedAt, errorCode, errorMessage }: FailedRotation): Item => ({
  key: arn,
  what: (
    <>
      <ArnLink arn={arn} label={name} /> {texts.failedRotation.text} <Moment at={failedAt} />
      <Text size="sm" c="dimmed" lineClamp={3}>
        <MachineText>{errorCode}</MachineText> <bdi>{errorMessage}</bdi>
      </Text>
    </>
  ),
  where: secretPage(name, 'rotation'),
  mend: texts.failedRotation.mend,
});

const overdueRotation = ({ arn, name, dueSince }: OverdueRotation): Item => ({
  key: arn,
  what: (
    <>
      <ArnLink arn={arn} label={name} /> {texts.overdueRotation.text} <Moment at={dueSince} />
    </>
  ),
  where: secretPage(name, 'rotation'),
  mend: texts.overdueRotation.mend,
});

const plannedDeletion = ({ arn, name, purgeDate }: PlannedDeletion): Item => ({
  key: arn,
  what: (
    <>
      <ArnLink arn={arn} label={name} /> {texts.plannedDeletion.text} <Moment at={purgeDate} />
    </>
  ),
  where: secretPage(name),
  mend: texts.plannedDeletion.mend,
});

const certificate = ({ of, endsAt }: EndingCertificate): Item => ({
  key: of,
  what: (
    <>
      <MachineText>{of}</MachineText> {texts.certificate.text} <Moment at={endsAt} />
    </>
  ),
  where: { to: '/settings' },
  mend: texts.certificate.mend,
});
