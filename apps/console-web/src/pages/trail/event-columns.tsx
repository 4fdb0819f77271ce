import { Anchor, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { Event } from '@strongroom/contracts/strongroom/audit/v1/audit';
import type { Output } from '@strongroom/console-api';
import type { Column } from '../../components/data-table';
import { ArnLink } from '../../components/arn-link';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { StatusBadge } from '../../components/status-badge';
import { commonTexts } from '../../texts/common';
import { trailTexts as texts } from '../../texts/trail';
import { mainResource, whoOf } from './event-words';

export type ShownEvent = Output<Event>;

/** How people read events: the same columns wherever they are listed. */
export const eventColumns: readonly Column<ShownEvent>[] = [
  {
    id: 'event',
    label: texts.columns.event,
    width: 'minmax(12.5rem, 1.3fr)',
    render: ({ eventId, eventName }) => (
      <Anchor renderRoot={(props) => <Link to="/trail/events/$eventId" params={{ eventId }} {...props} />}>
        <MachineText>{eventName}</MachineText>
      </Anchor>
    ),
  },
  { id: 'time', label: texts.columns.time, width: '10.25rem', render: ({ eventTime }) => <Moment at={eventTime} /> },
  {
    id: 'who',
    label: texts.columns.who,
    width: 'minmax(7rem, 1fr)',
    render: (event) => {
      const who = whoOf(event);
      return who === '' ? <Text c="dimmed">{texts.someoneUnknown}</Text> : <bdi>{who}</bdi>;
    },
  },
  { id: 'resource', label: texts.columns.resource, width: 'minmax(9rem, 1.5fr)', render: (event) => <Resources {...event} /> },
  {
    id: 'from',
    label: texts.columns.from,
    width: '8rem',
    wideOnly: true,
    render: ({ sourceIpAddress }) => <MachineText>{sourceIpAddress}</MachineText>,
  },
  { id: 'result', label: texts.columns.result, width: 'minmax(10rem, 1fr)', render: (event) => <Result {...event} /> },
];

/** How a call ended: in a word, or the name of its error. */
export function Result({ errorCode }: Pick<ShownEvent, 'errorCode'>) {
  return errorCode === '' ? (
    <StatusBadge tone="good">{texts.succeeded}</StatusBadge>
  ) : (
    <StatusBadge tone="bad">
      <bdi title={errorCode}>{errorCode.replace(/Exception$/, '')}</bdi>
    </StatusBadge>
  );
}

function Resources({ resources, eventSource }: Pick<ShownEvent, 'resources' | 'eventSource'>) {
  const main = mainResource({ resources, eventSource });
  if (!main) return <Text c="dimmed">{commonTexts.none}</Text>;
  return (
    <>
      <ArnLink arn={main.arn} lineClamp={2} />
      {resources.length > 1 && (
        <Text c="dimmed" size="sm">
          {texts.moreResources(resources.length - 1)}
        </Text>
      )}
    </>
  );
}
