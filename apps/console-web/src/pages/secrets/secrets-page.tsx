import { PageHeader } from '../../components/page-header';
import { secretsTexts as texts } from '../../texts/secrets';

export function SecretsPage() {
  return <PageHeader title={texts.title} />;
}
