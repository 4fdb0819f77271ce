import type { WireHead } from '../http/request';
import { linkOf } from './links';

const head = (method: string, url: string, headers: Record<string, string> = {}): WireHead => {
  const [path = '', query = ''] = url.split('?');
  return { method, path, query, headers, address: '127.0.0.1', secure: true };
};

it.each([
  ['GET', '/SimpleNotificationService-0a1b.pem', { kind: 'certificate', certificateId: '0a1b' }],
  [
    'GET',
    '/?Action=ConfirmSubscription&TopicArn=a%3Ab&Token=t',
    { kind: 'confirm', topicArn: 'a:b', token: 't', isPage: false, isDone: true },
  ],
  [
    'GET',
    '/?Action=Unsubscribe&SubscriptionArn=s&Token=t',
    { kind: 'unsubscribe', subscriptionArn: 's', token: 't', isDone: true },
  ],
  ['GET', '/confirmation.html?TopicArn=a&Token=t', { kind: 'confirm', isPage: true, isDone: false }],
  ['POST', '/confirmation.html?TopicArn=a&Token=t', { kind: 'confirm', isPage: true, isDone: true }],
  ['POST', '/unsubscribe.html?SubscriptionArn=s&Token=t', { kind: 'unsubscribe', isPage: true, isDone: true }],
])('reads %s %s', (method, url, expected) => {
  expect(linkOf(head(method, url))).toMatchObject(expected);
});

it.each([
  ['POST', '/', {}],
  ['GET', '/?Action=ListUsers&Version=2010-05-08', {}],
  ['GET', '/?Action=toString', {}],
  ['POST', '/?Action=ConfirmSubscription&TopicArn=a&Token=t', {}],
  ['DELETE', '/confirmation.html?TopicArn=a&Token=t', {}],
  ['GET', '/SimpleNotificationService-..%2f.pem', {}],
  // Signed requests are the protocol's.
  ['GET', '/?Action=Unsubscribe&SubscriptionArn=s', { authorization: 'AWS4-HMAC-SHA256 …' }],
  ['GET', '/?Action=Unsubscribe&SubscriptionArn=s&X-Amz-Signature=x', {}],
  // Nobody knows which of both is meant.
  ['GET', '/?Action=Unsubscribe&SubscriptionArn=s&SubscriptionArn=t', {}],
])('leaves %s %s alone', (method, url, headers) => {
  expect(linkOf(head(method, url, headers))).toBeUndefined();
});
