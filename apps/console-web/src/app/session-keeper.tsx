import { Button, Group, Modal, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { sessionTexts } from '../texts/session';
import { lastInputAt } from './activity';
import { client } from './api';
import { leave, refreshPerson, usePerson } from './session';

const texts = sessionTexts.keeper;
/** Milliseconds before the end of an idle session at which the person is asked whether they are still there. */
const WARNING = 60_000;
const CHECK_INTERVAL = 5_000;

/** Ends the page's session when the service's has ended, and asks a minute before that happens for want of input. */
export function SessionKeeper() {
  const person = usePerson();
  const [endsAt, setEndsAt] = useState<number>();

  useEffect(() => {
    let known = Math.min(person.idleEndsAt.getTime(), person.endsAt.getTime());
    let touchedAt = Date.now();
    let isBusy = false;
    const check = async () => {
      if (isBusy || Date.now() < known - WARNING) return;
      isBusy = true;
      try {
        // Who reads and types without asking the service for anything is there all the same.
        const isThere = lastInputAt() > touchedAt;
        const now = isThere ? await client.session.touch.mutate() : await refreshPerson();
        if (isThere) touchedAt = Date.now();
        if (!now) return leave('ended');
        known = Math.min(now.idleEndsAt.getTime(), now.endsAt.getTime());
        setEndsAt(Date.now() >= known - WARNING ? known : undefined);
      } catch {
        // The console does not answer. Past the end, what is on the page must go all the same.
        if (Date.now() > known) leave('ended');
      } finally {
        isBusy = false;
      }
    };
    const timer = setInterval(() => void check(), CHECK_INTERVAL);
    return () => clearInterval(timer);
  }, [person]);

  const isLast = endsAt !== undefined && endsAt >= person.endsAt.getTime();
  const stay = async () => {
    setEndsAt(undefined);
    if (!(await client.session.touch.mutate())) leave('ended');
  };
  return (
    <Modal opened={endsAt !== undefined} onClose={() => void stay()} title={texts.title} withCloseButton={false}>
      <Text mb="md">{isLast ? texts.last : texts.idle}</Text>
      <Group justify="flex-end">
        <Button onClick={stay} data-autofocus>
          {isLast ? texts.understood : texts.stay}
        </Button>
      </Group>
    </Modal>
  );
}
