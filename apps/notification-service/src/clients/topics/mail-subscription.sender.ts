import { readFileSync } from 'node:fs';
import { bounded } from '@strongroom/egress';
import { createTransport, type SendMailOptions, type Transporter } from 'nodemailer';
import type SMTPTransport from 'nodemailer/lib/smtp-transport';
import { type Delivery, DeliveryFailure, PermanentFailure, type Sender } from '../../domain/delivery';
import type { MailSettings } from '../../domain/topics/mail-settings';
import { isDue } from '../../domain/topics/due';
import { mailForm } from '../../domain/topics/mail-form';
import type { Payload } from '../../domain/topics/publication';
import type { TopicLinks } from '../../domain/topics/topic-links';
import type { SubscriptionStore, TopicStore } from '../../domain/topics/topic-store.port';

export interface MailSenderParts {
  store: Pick<SubscriptionStore, 'find'>;
  topics: Pick<TopicStore, 'find'>;
  links: () => Promise<TopicLinks>;
  settings: MailSettings;
  region: string;
}

/** For a connection, a greeting, and each answer of the server; milliseconds. */
const STEP_MS = 10_000;
/** For a mail. */
const MAIL_MS = 25_000;

/** Sends messages of topics as mails, through the operator's SMTP server. */
export class MailSubscriptionSender implements Sender {
  constructor(private readonly parts: MailSenderParts) {}

  async send(delivery: Delivery, signal: AbortSignal): Promise<void> {
    const { store, topics, links, region, settings } = this.parts;
    const subscription = await store.find(delivery.destination.id);
    const topic = subscription && (await topics.find(subscription.topic));
    const payload = JSON.parse(delivery.payload) as Payload;
    // Nobody waits for it any more.
    if (subscription === undefined || topic === undefined || !isDue(subscription, payload)) return;
    const { subject, text, unsubscribeUrl } = mailForm(subscription, topic, payload, await links(), region);
    await this.post(
      {
        from: { name: topic.displayName || topic.name, address: settings.from },
        to: { name: '', address: subscription.endpoint },
        subject,
        text,
        // The same for every try, so that a mailbox can drop what comes twice.
        messageId: `<${delivery.messageId}.${subscription.id}@${settings.from.slice(settings.from.lastIndexOf('@') + 1)}>`,
        date: delivery.createdAt,
        headers: { 'Auto-Submitted': 'auto-generated', ...(unsubscribeUrl && unsubscribeHeaders(unsubscribeUrl)) },
        disableFileAccess: true,
        disableUrlAccess: true,
      },
      signal,
    );
  }

  private async post(mail: SendMailOptions, signal: AbortSignal): Promise<void> {
    const transport = transportOf(this.parts.settings);
    try {
      await bounded(transport.sendMail(mail), {
        signal,
        milliseconds: MAIL_MS,
        what: 'The mail server',
        giveUp: () => transport.close(),
      });
    } catch (error) {
      throw failureOf(error as SmtpError);
    } finally {
      transport.close();
    }
  }
}

/** As mailboxes show them, with RFC 8058's request of one click. */
const unsubscribeHeaders = (url: string): Record<string, string> => ({
  'List-Unsubscribe': `<${url}>`,
  ...(url.startsWith('https:') && { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
});

/** A transport for one mail: the password is read when it is needed, so that it can change. */
function transportOf({
  host,
  port,
  secure,
  user,
  passwordFile,
  caFile,
  isLoopback,
}: MailSettings): Transporter<SMTPTransport.SentMessageInfo> {
  const options: SMTPTransport.Options = {
    host,
    port,
    secure,
    // Only on the loopback interface may a mail go without TLS.
    requireTLS: !secure && !isLoopback,
    tls: { minVersion: 'TLSv1.2', rejectUnauthorized: true, ...(caFile && { ca: readFileSync(caFile) }) },
    auth:
      user === undefined
        ? undefined
        : { user, pass: passwordFile === undefined ? '' : readFileSync(passwordFile, 'utf8').trimEnd() },
    connectionTimeout: STEP_MS,
    greetingTimeout: STEP_MS,
    socketTimeout: STEP_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    logger: false,
  };
  return createTransport(options);
}

interface SmtpError extends Error {
  code?: string;
  responseCode?: number;
}

/** The server's own text stays away: it could have anything in it. */
function failureOf(error: SmtpError): DeliveryFailure {
  const { code = '', responseCode = 0 } = error;
  const answered = responseCode === 0 ? '' : `, SMTP ${responseCode}`;
  const ofMail = code === 'EENVELOPE' || code === 'EMESSAGE';
  if (ofMail && responseCode >= 550) {
    return new PermanentFailure('MailRefused', `The mail server refuses this mail${answered}.`);
  }
  const known = /^E[A-Z]{2,20}$/.test(code) ? ` (${code}${answered})` : '';
  return new DeliveryFailure('MailServerUnavailable', `The mail could not be handed to the mail server${known}.`);
}
