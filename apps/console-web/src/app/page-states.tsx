import { Button, Group, Skeleton, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { type ErrorComponentProps, Link } from '@tanstack/react-router';
import { shellTexts as texts } from '../texts/shell';

/** What stands where a page will be while its code loads. */
export function WaitingPage() {
  return (
    <Stack gap="lg" aria-busy="true">
      <VisuallyHidden role="status">{texts.loading}</VisuallyHidden>
      <Skeleton height={28} width={220} />
      <Skeleton height={36} />
      <Skeleton height={240} />
    </Stack>
  );
}

/** What stands where a page has thrown. Its error is not shown: it could contain what was on the page. */
export function BrokenPage({ reset }: ErrorComponentProps) {
  return (
    <Stack gap="sm" maw={560} role="alert">
      <Title order={1}>{texts.broken.title}</Title>
      <Text c="dimmed">{texts.broken.text}</Text>
      <Group>
        <Button onClick={reset}>{texts.broken.retry}</Button>
        <Button variant="default" onClick={() => window.location.reload()}>
          {texts.broken.reload}
        </Button>
      </Group>
    </Stack>
  );
}

/** What stands at an address that no area has. */
export function MissingPage() {
  return (
    <Stack gap="sm" maw={560}>
      <Title order={1}>{texts.notFound.title}</Title>
      <Text c="dimmed">{texts.notFound.text}</Text>
      <Group>
        <Button renderRoot={(props) => <Link to="/" {...props} />}>{texts.notFound.home}</Button>
      </Group>
    </Stack>
  );
}
