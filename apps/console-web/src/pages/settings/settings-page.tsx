import { PageHeader } from '../../components/page-header';
import { settingsTexts as texts } from '../../texts/settings';

export function SettingsPage() {
  return <PageHeader title={texts.title} />;
}
