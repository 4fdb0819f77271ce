import { AddressTabs } from '../../components/address-tabs';
import { PageHeader } from '../../components/page-header';
import { notificationsTexts as texts } from '../../texts/notifications';
import { AlarmsView } from './alarms-view';
import { CanariesView } from './canaries-view';
import { DeliveriesView } from './deliveries-view';
import { RulesView } from './rules-view';
import { TopicsView } from './topics-view';
import { WebhooksView } from './webhooks-view';

/** Who and what is told of events. */
export function NotificationsPage() {
  return (
    <>
      <PageHeader title={texts.title} description={texts.description} />
      <AddressTabs
        label={texts.title}
        tabs={[
          { id: 'rules', label: texts.tabs.rules, content: <RulesView /> },
          { id: 'topics', label: texts.tabs.topics, content: <TopicsView /> },
          { id: 'webhooks', label: texts.tabs.webhooks, content: <WebhooksView /> },
          { id: 'deliveries', label: texts.tabs.deliveries, content: <DeliveriesView /> },
          { id: 'alarms', label: texts.tabs.alarms, content: <AlarmsView /> },
          { id: 'canaries', label: texts.tabs.canaries, content: <CanariesView /> },
        ]}
      />
    </>
  );
}
