import { PageHeader } from '../../components/page-header';
import { keysTexts as texts } from '../../texts/keys';

export function KeysPage() {
  return <PageHeader title={texts.title} />;
}
