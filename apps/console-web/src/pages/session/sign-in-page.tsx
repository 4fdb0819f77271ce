import { Center } from '@mantine/core';
import { PageHeader } from '../../components/page-header';
import { sessionTexts as texts } from '../../texts/session';

export function SignInPage() {
  return (
    <Center component="main" h="100vh">
      <PageHeader title={texts.title} />
    </Center>
  );
}
