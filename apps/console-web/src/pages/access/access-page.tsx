import { PageHeader } from '../../components/page-header';
import { accessTexts as texts } from '../../texts/access';

export function AccessPage() {
  return <PageHeader title={texts.title} />;
}
