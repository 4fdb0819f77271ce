import { parseParameters } from '../http/query-string';
import { headerOf, type WireHead } from '../http/request';

/** What somebody asks for who has a message of a topic, but no credential. */
export type Link =
  | { kind: 'certificate'; certificateId: string }
  | ((Confirmation | Ending) & {
      /** For people: the answer is a page, and following the link only asks them. */
      isPage: boolean;
      /** They have answered. */
      isDone: boolean;
    });

interface Confirmation {
  kind: 'confirm';
  topicArn: string;
  token: string;
}

interface Ending {
  kind: 'unsubscribe';
  subscriptionArn: string;
  token: string;
}

const CERTIFICATE = /^\/SimpleNotificationService-([0-9a-f]{1,64})\.pem$/;
const PAGES: Readonly<Record<string, Link['kind']>> = { '/confirmation.html': 'confirm', '/unsubscribe.html': 'unsubscribe' };
const ACTIONS: Readonly<Record<string, Link['kind']>> = { ConfirmSubscription: 'confirm', Unsubscribe: 'unsubscribe' };

/** Reads an unsigned request for a link of SNS; undefined for every other request. */
export function linkOf(head: WireHead): Link | undefined {
  const isGet = head.method === 'GET';
  const [, certificateId] = (isGet && CERTIFICATE.exec(head.path)) || [];
  if (certificateId !== undefined) return { kind: 'certificate', certificateId };
  const isPage = Object.hasOwn(PAGES, head.path);
  if (isPage ? !isGet && head.method !== 'POST' : !isGet || head.path !== '/') return undefined;
  if (headerOf(head, 'authorization') !== '') return undefined;
  const { parameters = [] } = parseParameters(head.query);
  const of = new Map(parameters);
  if (of.has('X-Amz-Signature') || of.size < parameters.length) return undefined;
  const action = of.get('Action') ?? '';
  const kind = isPage ? PAGES[head.path] : Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  const answer = { isPage, isDone: !isPage || !isGet, token: of.get('Token') ?? '' };
  if (kind === 'confirm') return { kind, topicArn: of.get('TopicArn') ?? '', ...answer };
  if (kind === 'unsubscribe') return { kind, subscriptionArn: of.get('SubscriptionArn') ?? '', ...answer };
  return undefined;
}
