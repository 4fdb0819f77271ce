import { PageHeader } from '../../components/page-header';
import { usageTexts as texts } from '../../texts/usage';

export function UsagePage() {
  return <PageHeader title={texts.title} />;
}
