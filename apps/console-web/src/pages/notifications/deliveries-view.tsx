import { Button, Group, Modal, SegmentedControl, Stack, Text } from '@mantine/core';
import { IconCircleCheck, IconRefresh } from '@tabler/icons-react';
import type { Output } from '@strongroom/console-api';
import type { DeliverySummary, ListDeliveriesResponse } from '@strongroom/contracts/strongroom/notification/v1/deliveries';
import { useState } from 'react';
import { api, client } from '../../app/api';
import { ArnLink } from '../../components/arn-link';
import { type Column, DataTable } from '../../components/data-table';
import { EmptyState } from '../../components/empty-state';
import { KeyValues } from '../../components/key-values';
import { MachineText } from '../../components/machine-text';
import { Moment } from '../../components/moment';
import { Section } from '../../components/section';
import { StatusBadge, type Tone } from '../../components/status-badge';
import { useAction } from '../../components/use-action';
import { usePages } from '../../components/use-pages';
import { useSearchState } from '../../components/use-search-state';
import { commonTexts } from '../../texts/common';
import { notificationsTexts } from '../../texts/notifications';
import { DELIVERY_STATES, deliveryStateOf, type DeliveryStateWord, destinationOf, remedyFor } from './delivery-words';

const texts = notificationsTexts.deliveries;
type ShownDelivery = Output<DeliverySummary>;
const TONES: Readonly<Record<DeliveryStateWord, Tone>> = { pending: 'busy', failed: 'warning', dead: 'bad' };
const defaults = { state: '' };

const deliveriesOf = ({ deliveries }: Output<ListDeliveriesResponse>) => deliveries;

/** What waits, and what could not be delivered. */
export function DeliveriesView() {
  const [search, change] = useSearchState(defaults);
  const state = Object.hasOwn(DELIVERY_STATES, search.state) ? (search.state as DeliveryStateWord) : undefined;
  const input = { state: state && DELIVERY_STATES[state] };
  const { table } = usePages({
    queryKey: [['deliveries', 'listDeliveries'], { input }],
    load: (nextToken, signal) => client.deliveries.listDeliveries.query({ ...input, nextToken }, { signal }),
    rows: deliveriesOf,
    next: ({ nextToken }) => nextToken,
    refetchInterval: 10_000,
  });
  const [opened, setOpened] = useState<ShownDelivery>();
  return (
    <>
      <Section
        title={texts.title}
        description={texts.text}
        actions={
          <Group gap="xs">
            <SegmentedControl
              size="xs"
              aria-label={texts.state}
              value={state ?? ''}
              onChange={(value) => change({ state: value })}
              data={[
                { value: '', label: texts.any },
                ...(Object.keys(DELIVERY_STATES) as DeliveryStateWord[]).map((value) => ({ value, label: texts.states[value] })),
              ]}
            />
            <Button size="xs" variant="default" leftSection={<IconRefresh size={14} />} onClick={table.onRetry}>
              {texts.refresh}
            </Button>
          </Group>
        }
        flush
      >
        <DataTable
          label={texts.label}
          columns={columns}
          rowKey={({ deliveryId }) => deliveryId}
          onOpen={setOpened}
          {...table}
          empty={
            <EmptyState icon={IconCircleCheck} title={state ? texts.emptyFiltered : texts.empty}>
              {state ? undefined : texts.emptyText}
            </EmptyState>
          }
        />
      </Section>
      <Modal
        opened={opened !== undefined}
        onClose={() => setOpened(undefined)}
        title={texts.details}
        size="lg"
        closeButtonProps={{ 'aria-label': commonTexts.close }}
      >
        {opened && <Details delivery={opened} onDone={() => setOpened(undefined)} />}
      </Modal>
    </>
  );
}

const columns: readonly Column<ShownDelivery>[] = [
  {
    id: 'to',
    label: texts.to,
    width: 'minmax(11rem, 1.2fr)',
    render: (delivery) => (
      <>
        <Text span inherit c="dimmed">
          {texts.kinds[delivery.destinationKind] ?? delivery.destinationKind}
        </Text>{' '}
        <MachineText>{destinationOf(delivery)}</MachineText>
      </>
    ),
  },
  {
    id: 'about',
    label: texts.about,
    width: 'minmax(10rem, 1.2fr)',
    render: ({ orderingKey }) => (orderingKey === '' ? commonTexts.none : <ArnLink arn={orderingKey} />),
  },
  {
    id: 'state',
    label: texts.state,
    width: '8rem',
    render: (delivery) => {
      const state = deliveryStateOf(delivery);
      return <StatusBadge tone={TONES[state]}>{texts.states[state]}</StatusBadge>;
    },
  },
  { id: 'tries', label: texts.tries, width: '4rem', align: 'end', render: ({ attempts }) => attempts },
  {
    id: 'last',
    label: texts.last,
    width: '9rem',
    render: ({ lastAttemptDate }) => <Moment at={lastAttemptDate} never={texts.notTried} />,
  },
  {
    id: 'reason',
    label: texts.reason,
    width: 'minmax(9rem, 1fr)',
    render: ({ failureCode }) => <MachineText>{failureCode}</MachineText>,
  },
  {
    id: 'actions',
    label: notificationsTexts.actions,
    width: '8rem',
    align: 'end',
    render: (delivery) => deliveryStateOf(delivery) === 'dead' && <Redrive delivery={delivery} />,
  },
];

function Redrive({ delivery: { deliveryId }, onDone }: { delivery: ShownDelivery; onDone?: () => void }) {
  const { run, isRunning } = useAction(api.deliveries.redriveDelivery.mutationOptions(), {
    done: texts.redriven,
    invalidates: [api.deliveries.pathFilter()],
    onDone,
  });
  return (
    <Button size="compact-sm" variant="default" loading={isRunning} onClick={() => run({ deliveryId })}>
      {texts.redrive}
    </Button>
  );
}

function Details({ delivery, onDone }: { delivery: ShownDelivery; onDone: () => void }) {
  const { messageId, failureCode, failureMessage, createdDate, lastAttemptDate, giveUpDate, attempts, orderingKey } = delivery;
  const state = deliveryStateOf(delivery);
  return (
    <Stack gap="md">
      <KeyValues
        items={[
          [
            texts.state,
            <StatusBadge key="state" tone={TONES[state]}>
              {texts.states[state]}
            </StatusBadge>,
          ],
          [texts.to, <MachineText key="to">{delivery.destination}</MachineText>],
          [texts.about, orderingKey === '' ? undefined : <ArnLink key="about" arn={orderingKey} withCopy />],
          [texts.message, <MachineText key="message">{messageId}</MachineText>],
          [texts.created, <Moment key="created" at={createdDate} />],
          [texts.tries, attempts],
          [texts.last, <Moment key="last" at={lastAttemptDate} never={texts.notTried} />],
          [texts.giveUp, <Moment key="giveUp" at={giveUpDate} />],
          [
            texts.reason,
            failureCode === '' ? undefined : (
              <Text key="reason" span inherit>
                <MachineText>{failureCode}</MachineText> <bdi>{failureMessage}</bdi>
              </Text>
            ),
          ],
          [texts.remedy, remedyFor(failureCode)],
        ]}
      />
      {state === 'dead' && (
        <Group>
          <Redrive delivery={delivery} onDone={onDone} />
        </Group>
      )}
    </Stack>
  );
}
