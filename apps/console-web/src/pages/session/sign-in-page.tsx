import { Alert, Anchor, Stack, Text, Title } from '@mantine/core';
import { IconClockOff } from '@tabler/icons-react';
import { useRouter, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import type { Person } from '@strongroom/console-api';
import { Brand } from '../../app/brand';
import { returnPath } from '../../app/return-path';
import { beginSession } from '../../app/session';
import { sessionTexts as texts } from '../../texts/session';
import { takeLink } from './link-token';
import { LinkForm } from './link-form';
import { PasswordForm } from './password-form';
import { ProviderButtons } from './provider-buttons';
import classes from './sign-in-page.module.css';

/** Where people sign in: by a link that stands in the address, or by name, password and code. */
export function SignInPage() {
  const router = useRouter();
  const search: { to?: unknown; ended?: unknown; refused?: unknown } = useSearch({ strict: false });
  const [link, setLink] = useState(takeLink);
  // Somebody who looks at this page already puts a link into its address.
  useEffect(() => {
    const take = () => setLink(takeLink);
    window.addEventListener('hashchange', take);
    return () => window.removeEventListener('hashchange', take);
  }, []);
  const goOn = useCallback(
    (person: Person) => {
      beginSession(person);
      router.history.replace(returnPath(search.to));
    },
    [router, search.to],
  );
  return (
    <div className={classes.page}>
      <header>
        <Brand size={24} />
      </header>
      <main className={classes.card}>
        <Stack gap="lg">
          <Title order={1}>{link ? texts.titleOfLink : texts.title}</Title>
          {search.ended === true && (
            <Alert icon={<IconClockOff size={18} />} title={texts.ended.title} role="status" color="petrol" p="sm">
              {texts.ended.text}
            </Alert>
          )}
          {link ? (
            <>
              <LinkForm link={link} onSignedIn={goOn} />
              <Anchor component="button" type="button" size="sm" ta="start" onClick={() => setLink(undefined)}>
                {texts.withPassword}
              </Anchor>
            </>
          ) : (
            <>
              {search.refused === true && (
                <Alert color="red" role="alert" p="sm">
                  {texts.notSignedIn}
                </Alert>
              )}
              <PasswordForm onSignedIn={goOn} />
              <ProviderButtons />
            </>
          )}
        </Stack>
      </main>
      <footer>
        <Text size="xs" c="dimmed" ta="center">
          {texts.foot(__STRONGROOM_VERSION__)}
        </Text>
      </footer>
    </div>
  );
}
