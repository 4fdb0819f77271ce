import { type Authorizer, PolicyCache } from '@strongroom/access';
import type { AuditRecorder } from '@strongroom/audit-trail';
import { HOUR } from '@strongroom/clock';
import type { HotPool } from '@strongroom/database';
import { targetHttp, type TargetNetwork } from '@strongroom/egress';
import type { Shell } from '@strongroom/service';
import { HttpSubscriptionSender } from './clients/topics/http-subscription.sender';
import { MailSubscriptionSender } from './clients/topics/mail-subscription.sender';
import type { Senders } from './domain/delivery';
import type { Sealer } from './domain/sealer.port';
import { SigningIdentities } from './domain/topics/signing-identity';
import { CONFIRMATION_LIFETIME } from './domain/topics/subscription';
import { Subscriptions } from './domain/topics/subscriptions';
import { TopicLinks } from './domain/topics/topic-links';
import { topicHandlers } from './handlers/topics';
import type { Outbox } from './persistence/outbox';
import { DatabaseIdentityStore } from './persistence/topics/signing-identity.store';
import { DatabaseSubscriptionStore } from './persistence/topics/subscription.store';
import { DatabaseTopicStore } from './persistence/topics/topic.store';
import { TopicTarget } from './persistence/topics/topic.target';
import type { TopicsConfig } from './topics-config';

export interface TopicParts {
  pool: HotPool;
  outbox: Outbox;
  network: TargetNetwork;
  sealer: Sealer;
  recorder: AuditRecorder;
  authorizer: Authorizer;
  config: TopicsConfig;
  /** There is something to deliver. */
  look: () => void;
}

/** From one removal of what nobody has confirmed to the next; milliseconds. */
const PURGE_MS = HOUR;
const PURGED_TOGETHER = 1_000;

/** Topics: their calls, their place among the targets of rules, and who sends their messages. */
export function startTopics(shell: Shell, { pool, outbox, network, sealer, recorder, authorizer, config, look }: TopicParts) {
  const { clock, random, logger } = shell;
  const { region } = shell.config;
  const { gatewayUrl, mail } = config;
  const topics = new DatabaseTopicStore(pool);
  const store = new DatabaseSubscriptionStore(pool, outbox);
  const identities = new SigningIdentities(new DatabaseIdentityStore(pool), sealer, clock);
  const identity = () => identities.get();
  const links = async () => {
    const { certificateId, signer } = await identities.get();
    return new TopicLinks({ gatewayUrl, region, certificateId, signer });
  };
  const purge = setInterval(() => {
    store.purge(new Date(clock.millis() - CONFIRMATION_LIFETIME), PURGED_TOGETHER).catch((error: unknown) => {
      logger.warn('subscriptions that nobody confirmed could not be removed', { error });
    });
  }, PURGE_MS);
  shell.own('the removal of subscriptions that nobody confirmed', purge, () => clearInterval(purge));

  const sending = { store, topics, links, region };
  const senders: Senders = {
    https: new HttpSubscriptionSender({ ...sending, identity, http: targetHttp(network), logger }),
    ...(mail && { email: new MailSubscriptionSender({ ...sending, settings: mail }) }),
  };
  const services = topicHandlers({
    authorizer,
    policies: new PolicyCache(),
    topics,
    store,
    subscriptions: new Subscriptions({ store, clock, random, region }),
    identities,
    links,
    recorder,
    clock,
    random,
    region,
    look,
    hasMail: mail !== undefined,
  });
  return { services, senders, target: new TopicTarget(region) };
}
