import { Button, Divider, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { api } from '../../app/api';
import { sessionTexts as texts } from '../../texts/session';

/** Signs in at a provider: the browser goes there, and comes back with a session. */
export function ProviderButtons() {
  const { data: providers = [] } = useQuery(api.session.providers.queryOptions(undefined, { staleTime: Infinity }));
  if (providers.length === 0) return null;
  return (
    <Stack gap="sm">
      <Divider label={texts.or} />
      {providers.map(({ name, title }) => (
        <Button key={name} component="a" href={`/single-sign-on/${name}`} variant="default" size="md">
          {texts.signInWith(title)}
        </Button>
      ))}
    </Stack>
  );
}
