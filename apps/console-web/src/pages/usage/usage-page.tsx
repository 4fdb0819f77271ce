import { AddressTabs } from '../../components/address-tabs';
import { PageHeader } from '../../components/page-header';
import { usageTexts as texts } from '../../texts/usage';
import { BudgetsView } from './budgets-view';
import { CallsView } from './calls-view';
import { PollingView } from './polling-view';
import { PricesView } from './prices-view';
import { StatementView } from './statement-view';
import { UnusedView } from './unused-view';

/** What the account uses, and what it costs. */
export function UsagePage() {
  return (
    <>
      <PageHeader title={texts.title} description={texts.description} />
      <AddressTabs
        label={texts.title}
        tabs={[
          { id: 'calls', label: texts.tabs.calls, content: <CallsView /> },
          { id: 'statement', label: texts.tabs.statement, content: <StatementView /> },
          { id: 'polling', label: texts.tabs.polling, content: <PollingView /> },
          { id: 'unused', label: texts.tabs.unused, content: <UnusedView /> },
          { id: 'budgets', label: texts.tabs.budgets, content: <BudgetsView /> },
          { id: 'prices', label: texts.tabs.prices, content: <PricesView /> },
        ]}
      />
    </>
  );
}
