import { PageHeader } from '../../components/page-header';
import { trailTexts as texts } from '../../texts/trail';

export function TrailPage() {
  return <PageHeader title={texts.title} />;
}
