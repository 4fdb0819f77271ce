import { Button } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { api } from '../../app/api';
import { duration } from '../../components/moment-words';
import { useAction } from '../../components/use-action';
import { notificationsTexts } from '../../texts/notifications';
import { remedyFor } from './delivery-words';

const texts = notificationsTexts.webhooks;

/** Sends a test message, and says what came of it. */
export function TestWebhook({ name }: { name: string }) {
  const { run, isRunning } = useAction(api.webhooks.testWebhook.mutationOptions(), {
    onDone: ({ delivered, httpStatus, failureCode, failureMessage, duration: took }) => {
      if (delivered) {
        const time = duration(Number(took?.seconds ?? 0n) * 1_000 + (took?.nanos ?? 0) / 1e6);
        notifications.show({ color: 'green', message: texts.testDelivered(httpStatus, time) });
        return;
      }
      const status = httpStatus > 0 ? `${texts.testStatus(httpStatus)} ` : '';
      notifications.show({
        color: 'red',
        title: texts.testFailed,
        message: `${status}${failureMessage} ${remedyFor(failureCode) ?? ''}`.trim(),
        autoClose: 15_000,
      });
    },
  });
  return (
    <Button size="compact-sm" variant="default" loading={isRunning} onClick={() => run({ name })}>
      {texts.test}
    </Button>
  );
}
