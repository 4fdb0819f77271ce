import { PageHeader } from '../../components/page-header';
import { secretTexts as texts } from '../../texts/secret';

export function SecretPage() {
  return <PageHeader title={texts.title} />;
}
