import { Alert, Button, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import type { Person } from '@strongroom/console-api';
import { api } from '../../app/api';
import { sessionTexts as texts } from '../../texts/session';
import { forgetLink, type SignInLink } from './link-token';
import { refusalOf } from './refusal';

interface LinkFormProps {
  link: SignInLink;
  onSignedIn: (person: Person) => void;
}

/** Redeems a sign-in link by one click: programs that look at links in messages do not use it up. */
export function LinkForm({ link, onSignedIn }: LinkFormProps) {
  const redeem = useMutation(api.session.redeemLink.mutationOptions({ onSuccess: onSignedIn, onSettled: forgetLink, gcTime: 0 }));
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {texts.linkText}
      </Text>
      {redeem.error && (
        <Alert color="red" role="alert" p="sm">
          {refusalOf(redeem.error, texts.linkFailed)}
        </Alert>
      )}
      <Button size="md" onClick={() => redeem.mutate(link)} loading={redeem.isPending} data-autofocus autoFocus>
        {texts.redeem}
      </Button>
    </Stack>
  );
}
