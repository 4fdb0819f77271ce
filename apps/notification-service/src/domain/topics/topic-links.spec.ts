import { generateKeyPairSync } from 'node:crypto';
import { MessageSigner } from '../hashing/message-signer';
import { TopicLinks } from './topic-links';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2_048,
  publicKeyEncoding: { format: 'der', type: 'spki' },
  privateKeyEncoding: { format: 'der', type: 'pkcs8' },
});
const surroundings = {
  gatewayUrl: 'https://gw.example',
  region: 'us-east-1',
  certificateId: 'c1',
  signer: new MessageSigner(privateKey),
};
const links = new TopicLinks(surroundings);
const id = '0b9c1b1e-7d8f-4d51-9c52-3a1d6b0d8f11';
const issuedAt = 1_790_000_000_123;

it('reads its own tokens, and no other', () => {
  const token = links.confirmationToken(id, issuedAt);
  expect(links.readConfirmationToken(token)).toEqual({ subscriptionId: id, issuedAt });
  for (let at = 0; at < token.length; at += 7) {
    const changed = token.slice(0, at) + (token[at] === '0' ? '1' : '0') + token.slice(at + 1);
    expect(links.readConfirmationToken(changed)).toBeUndefined();
  }
  for (const text of ['', token.slice(2), `${token}00`, token.toUpperCase()])
    expect(links.readConfirmationToken(text)).toBeUndefined();
});

it('takes the token of one purpose or subscription for no other', () => {
  const subscription = { topic: { accountId: '000000000000', name: 't' }, id } as never;
  const token = new URL(links.unsubscribe(subscription)).searchParams.get('Token')!;
  expect(links.isUnsubscribeToken(token, id)).toBe(true);
  expect(links.isUnsubscribeToken(token, id.replace('0', '1'))).toBe(false);
  expect(links.isUnsubscribeToken(links.confirmationToken(id, issuedAt).slice(-64), id)).toBe(false);
  expect(links.isUnsubscribeToken('', id)).toBe(false);
});

it('writes links as SNS does', () => {
  const arn = 'arn:aws:sns:us-east-1:000000000000:t';
  expect(links.certificate()).toBe('https://gw.example/SimpleNotificationService-c1.pem');
  expect(links.confirm(arn, 'abc')).toBe(
    'https://gw.example/?Action=ConfirmSubscription&TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A000000000000%3At&Token=abc',
  );
});
