import { AddressTabs } from '../../components/address-tabs';
import { PageHeader } from '../../components/page-header';
import { trailTexts as texts } from '../../texts/trail';
import { CheckpointsView } from './checkpoints-view';
import { ExportView } from './export-view';
import { LiveView } from './live-view';
import { SearchView } from './search-view';
import { VerifyView } from './verify-view';

/** The audit trail: what happened, what happens, and the proof that none of it was changed. */
export function TrailPage() {
  return (
    <>
      <PageHeader title={texts.title} description={texts.description} />
      <AddressTabs
        label={texts.title}
        tabs={[
          { id: 'search', label: texts.tabs.search, content: <SearchView /> },
          { id: 'live', label: texts.tabs.live, content: <LiveView /> },
          { id: 'verify', label: texts.tabs.verify, content: <VerifyView /> },
          { id: 'checkpoints', label: texts.tabs.checkpoints, content: <CheckpointsView /> },
          { id: 'export', label: texts.tabs.export, content: <ExportView /> },
        ]}
      />
    </>
  );
}
