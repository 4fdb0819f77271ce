import { setTimeout as sleep } from 'node:timers/promises';
import { AlarmState } from '@strongroom/contracts/strongroom/notification/v1/alarms';
import { Product } from '@strongroom/contracts/strongroom/usage/v1/usage';
import type { LocalCluster } from '@strongroom/local-cluster';
import { Webhook } from 'standardwebhooks';
import { DemoError } from '../narrator';
import { startMailbox, startReceiver } from '../receivers';
import type { Story } from '../story';

const WEBHOOK = 'demo-pager';
const TOPIC = 'demo-alerts';
const MAILBOX = 'ops@example.com';
const RULE = 'strongroom-rotation-failed';
const ALARM = 'demo-canary';
const BROKEN = 'demo/production/broken-db';
const CANARY = 'demo/production/payroll-root';
/** Events enter the trail once a second, and are delivered as soon as they are there. */
const PATIENCE_MS = 30_000;

/** A failed rotation, a webhook and a mail that tell of it; a canary and its alarm; what the month has cost. */
export const tellOfTrouble = async (story: Story, cluster: LocalCluster): Promise<void> => {
  const { narrator, admin } = story;
  narrator.chapter('Who hears of it when something goes wrong?');
  const [receiver, mailbox] = [await startReceiver(), await startMailbox(cluster.mailPort)];
  try {
    await forget(story);
    const signingSecret = await openWebhook(story, receiver.url);
    const topicArn = await subscribeMailbox(story, mailbox.mails);
    await narrator.step(
      `EnableRule ${RULE}, one of the ready-made rules, with both as its targets`,
      async () => {
        const { webhook } = await admin.webhooks.describeWebhook({ name: WEBHOOK });
        await admin.rules.putTargets({
          rule: RULE,
          targets: [
            { id: 'pager', arn: webhook!.arn },
            { id: 'alerts', arn: topicArn },
          ],
        });
        await admin.rules.enableRule({ name: RULE });
      },
      () => 'on',
    );
    await failARotation(story);
    await narrator.step(
      'The webhook is called',
      () => first(receiver.requests, ({ body }) => body.includes('RotationFailed'), 'a request'),
      ({ headers, body }) => {
        const event = new Webhook(signingSecret).verify(body, headers as Record<string, string>) as { type: string };
        return `${event.type}; its signature is right (Standard Webhooks)`;
      },
    );
    await narrator.step(
      'A mail arrives',
      () => first(mailbox.mails, (mail) => mail.includes('RotationFailed'), 'a mail'),
      (mail) => `“${subjectOf(mail)}”`,
    );
    await readACanary(story, topicArn, mailbox.mails);
    await quieten(story);
  } finally {
    receiver.stop();
    await mailbox.stop();
  }
  await showStatement(story);
};

/** What an earlier walkthrough has left. */
const forget = async ({ admin }: Story): Promise<void> => {
  await admin.rules.removeTargets({ rule: RULE, ids: ['pager', 'alerts'] }).catch(() => undefined);
  await admin.alarms.deleteAlarms({ alarmNames: [ALARM] }).catch(() => undefined);
  await admin.webhooks.deleteWebhook({ name: WEBHOOK }).catch(() => undefined);
  for (const secretId of [BROKEN, CANARY]) await admin.secrets.deleteSecret({ secretId, forceDeleteWithoutRecovery: true });
};

const openWebhook = async ({ narrator, admin }: Story, url: string): Promise<string> => {
  const { signingSecret } = await narrator.step(
    `CreateWebhook ${WEBHOOK}`,
    () => admin.webhooks.createWebhook({ name: WEBHOOK, url }),
    () => `calls ${url} and signs what it sends; the signing secret is shown once`,
  );
  return narrator.conceal(signingSecret);
};

const subscribeMailbox = async ({ narrator, admin }: Story, mails: string[]): Promise<string> =>
  narrator.step(
    `CreateTopic ${TOPIC}, Subscribe ${MAILBOX}`,
    async () => {
      const { topicArn } = await admin.topics.createTopic({ name: TOPIC });
      // A confirmed address gets no second confirmation.
      const subscriptions = await admin.topics.listSubscriptionsByTopic({ topicArn }).all();
      for (const { subscriptionArn } of subscriptions)
        if (subscriptionArn.startsWith('arn:')) await admin.topics.unsubscribe({ subscriptionArn });
      await admin.topics.subscribe({ topicArn, protocol: 'email', endpoint: MAILBOX });
      const mail = await first(mails, (text) => text.includes('Token='), 'the confirmation');
      await admin.topics.confirmSubscription({ topicArn, token: /Token=([0-9a-f]+)/.exec(mail)![1]! });
      return topicArn;
    },
    () => 'its owner has followed the link in the first mail',
  );

const failARotation = async ({ narrator, admin }: Story): Promise<void> =>
  narrator.step(
    'A secret without a host is rotated',
    async () => {
      await admin.secrets.createSecret({ name: BROKEN, secretString: '{"engine":"mariadb","username":"broken"}' });
      await admin.secrets.rotateSecret({ secretId: BROKEN, rotationLambdaArn: 'strongroom-mariadb-single-user' });
    },
    () => 'its rotation cannot succeed',
  );

const readACanary = async ({ narrator, admin }: Story, topicArn: string, mails: string[]): Promise<void> => {
  const pattern = { detail: { eventName: ['GetSecretValue'], requestParameters: { canary: [{ exists: true }] } } };
  await narrator.step(
    `CreateSecret ${CANARY} with the tag strongroom:canary, PutAlarm ${ALARM}`,
    async () => {
      const tags = [{ key: 'strongroom:canary', value: 'true' }];
      await admin.secrets.createSecret({ name: CANARY, secretString: 'nothing of worth', tags });
      await admin.alarms.putAlarm({ alarmName: ALARM, eventPattern: JSON.stringify(pattern), alarmActions: [topicArn] });
    },
    () => 'nobody has a reason to read it',
  );
  await narrator.step(
    'Somebody reads it all the same',
    async () => {
      await admin.secrets.getSecretValue({ secretId: CANARY });
      const deadline = Date.now() + PATIENCE_MS;
      for (;;) {
        const { alarms } = await admin.alarms.describeAlarms({ alarmNames: [ALARM] });
        if (alarms[0]?.stateValue === AlarmState.ALARM) return alarms[0];
        if (Date.now() > deadline) throw new DemoError('the alarm has not gone off');
        await sleep(200);
      }
    },
    ({ stateReason }) => `the alarm goes off: ${stateReason}`,
  );
  await narrator.step(
    'A mail arrives',
    () => first(mails, (mail) => mail.includes(ALARM) && mail.includes('ALARM'), 'a mail'),
    (mail) => `“${subjectOf(mail)}”`,
  );
};

/** The receivers end with this chapter, so nobody is told any more. */
const quieten = async ({ admin }: Story): Promise<void> => {
  await admin.rules.disableRule({ name: RULE });
  await admin.alarms.disableAlarmActions({ alarmNames: [ALARM] });
  await admin.webhooks.updateWebhook({ name: WEBHOOK, enabled: false });
};

const showStatement = async ({ narrator, admin }: Story): Promise<void> => {
  const { statement } = await narrator.step(
    'GetStatement of this month',
    () => admin.usage.getStatement({ month: new Date().toISOString().slice(0, 7) }),
    ({ statement: of }) => `${of!.total} ${of!.currency} so far; the free trial lasts until ${of!.freeTrialEnd}`,
  );
  for (const { product, quantity, pricedQuantity, amount } of statement!.lines)
    narrator.say(`     ${Product[product].padEnd(14)} ${pricedQuantity || quantity}  ${amount}`);
};

const first = async <T>(list: readonly T[], is: (one: T) => boolean, what: string): Promise<T> => {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = list.find(is);
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new DemoError(`${what} has not come`);
    await sleep(100);
  }
};

const subjectOf = (mail: string): string => /^Subject: (.*)$/m.exec(mail)?.[1]?.trim() ?? '';
