import { PageHeader } from '../../components/page-header';
import { homeTexts as texts } from '../../texts/home';

export function HomePage() {
  return <PageHeader title={texts.title} />;
}
