import { PageHeader } from '../../components/page-header';
import { notificationsTexts as texts } from '../../texts/notifications';

export function NotificationsPage() {
  return <PageHeader title={texts.title} />;
}
