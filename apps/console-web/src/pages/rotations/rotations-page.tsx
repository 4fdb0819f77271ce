import { PageHeader } from '../../components/page-header';
import { rotationsTexts as texts } from '../../texts/rotations';

export function RotationsPage() {
  return <PageHeader title={texts.title} />;
}
