import { HTTP } from '@strongroom/bounds';
import type { AwsError } from '../aws-error';
import type { WireResponse } from '../http/request';
import type { Structure } from '../model/shapes';
import type { Asked } from '../protocols/protocol';
import { queryProtocol } from '../protocols/query.protocol';
import type { Answered } from './answered';
import { toAwsError } from './errors';
import { linkPage } from './link-page';
import type { Link } from './links';
import { services } from './services';
import { ClientGone, type Visit } from './visit';

/** notification-service, as whoever has a message may ask it. Each rejects with a DomainError. */
export interface TopicLinks {
  /** PEM. */
  certificate(certificateId: string, deadline: number): Promise<string>;
  /** Returns the ARN of the subscription. */
  confirm(topicArn: string, token: string, deadline: number): Promise<string>;
  /** Returns the ARN of the topic. */
  unsubscribe(subscriptionArn: string, token: string, deadline: number): Promise<string>;
}

/** For the service behind it; milliseconds. */
const TIMEOUT = 10_000;
const NAMES = { certificate: 'SigningCertificate', confirm: 'ConfirmSubscription', unsubscribe: 'Unsubscribe' } as const;

/** Answers the links that messages of topics have. The tokens in them are all that their holders need. */
export class LinkAnswerer {
  constructor(
    private readonly links: TopicLinks,
    private readonly clock: { millis(): number },
  ) {}

  /** Never rejects. Undefined if the client has gone. */
  async answer(visit: Visit, link: Link, requestId: string): Promise<Answered | undefined> {
    const method = `sns.${NAMES[link.kind]}`;
    try {
      await visit.readBody(HTTP.linkBodyBytes);
      visit.begin(undefined);
      return { response: await this.follow(link, requestId), requestId, method, asked: method, code: 'OK' };
    } catch (error) {
      if (error instanceof ClientGone) return undefined;
      const told = toAwsError(error, 'query', service);
      const failure = told.status >= 500 ? error : undefined;
      return { response: refusalOf(link, told, requestId), requestId, method, asked: method, code: told.code, failure };
    }
  }

  private async follow(link: Link, requestId: string): Promise<WireResponse> {
    const deadline = this.clock.millis() + TIMEOUT;
    switch (link.kind) {
      case 'certificate':
        return pemResponse(await this.links.certificate(link.certificateId, deadline), requestId);
      case 'confirm': {
        if (!link.isDone) return linkPage(ASK_TO_CONFIRM(link.topicArn), 200, requestId);
        const SubscriptionArn = await this.links.confirm(link.topicArn, link.token, deadline);
        return link.isPage
          ? linkPage(CONFIRMED(link.topicArn), 200, requestId)
          : succeed('ConfirmSubscription', { SubscriptionArn }, requestId);
      }
      case 'unsubscribe': {
        if (!link.isDone) return linkPage(ASK_TO_END(link.subscriptionArn), 200, requestId);
        const topicArn = await this.links.unsubscribe(link.subscriptionArn, link.token, deadline);
        return link.isPage ? linkPage(ENDED(topicArn), 200, requestId) : succeed('Unsubscribe', {}, requestId);
      }
    }
  }
}

const service = services.find(({ signingName }) => signingName === 'sns')!;

const asked = (name: string): Asked => ({ service, name, operation: service.operations.get(name)! });

const succeed = (name: string, value: Structure, requestId: string): WireResponse =>
  queryProtocol.succeed(asked(name), value, requestId);

const pemResponse = (body: string, requestId: string): WireResponse => ({
  status: 200,
  headers: { 'content-type': 'application/x-pem-file', 'x-content-type-options': 'nosniff', 'x-amzn-requestid': requestId },
  body,
});

function refusalOf(link: Link, told: AwsError, requestId: string): WireResponse {
  if (link.kind === 'certificate' || !link.isPage) return queryProtocol.fail(told, service, requestId);
  return linkPage({ title: 'That did not work', text: told.message }, told.status, requestId);
}

const ASK_TO_CONFIRM = (topicArn: string) => ({
  title: 'Confirm the subscription',
  text: `Do you want to get the messages of the topic ${topicArn}?`,
  button: 'Confirm',
});
const CONFIRMED = (topicArn: string) => ({
  title: 'The subscription is confirmed',
  text: `You will get the messages of the topic ${topicArn}. Each of them has a link to end the subscription.`,
});
const ASK_TO_END = (subscriptionArn: string) => ({
  title: 'End the subscription',
  text: `Do you want no more messages of the topic ${subscriptionArn.slice(0, subscriptionArn.lastIndexOf(':'))}?`,
  button: 'End the subscription',
});
const ENDED = (topicArn: string) => ({
  title: 'The subscription has ended',
  text: `You will get no more messages of the topic ${topicArn}.`,
});
