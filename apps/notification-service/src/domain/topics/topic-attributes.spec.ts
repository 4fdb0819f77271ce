import { readTopicAttribute, topicAttributes } from './topic-attributes';

it.each([
  ['DisplayName', 'Secrets of prod', { displayName: 'Secrets of prod' }],
  ['DeliveryPolicy', '{"http":{"defaultRequestPolicy":{"headerContentType":"application/json"}}}', expect.anything()],
  ['DeliveryPolicy', '{"http":{"disableSubscriptionOverrides":false}}', expect.anything()],
  ['SignatureVersion', '2', {}],
  ['KmsMasterKeyId', '', {}],
  ['FifoTopic', 'false', {}],
  ['HTTPSuccessFeedbackSampleRate', '0', {}],
])('reads %s=%s', (name, value, expected) => {
  expect(readTopicAttribute(name, value)).toEqual(expected);
});

it.each([
  ['SignatureVersion', '1', 'SHA-1'],
  ['KmsMasterKeyId', 'alias/aws/sns', 'encrypts no topics'],
  ['FifoTopic', 'true', 'FIFO'],
  ['HTTPFailureFeedbackRoleArn', 'arn:aws:iam::000000000000:role/x', 'delivery status logs'],
  ['DisplayName', 'a\nBcc: x', 'printable'],
  ['DeliveryPolicy', '{"http":{"defaultHealthyRetryPolicy":{"numRetries":3}}}', '"defaultHealthyRetryPolicy"'],
  ['DeliveryPolicy', '{"http":{"defaultRequestPolicy":{"headerContentType":"text\\r\\nx: y"}}}', 'media type'],
  ['DeliveryPolicy', '[', 'must be JSON'],
  ['Unheard', 'of', 'There is no attribute "Unheard"'],
  ['__proto__', '', 'There is no attribute "__proto__"'],
])('refuses %s=%s', (name, value, problem) => {
  expect(() => readTopicAttribute(name, value)).toThrow(problem);
});

it('refuses a policy that is none', () => {
  expect(() => readTopicAttribute('Policy', '{"Statement":1}')).toThrow();
  expect(() => readTopicAttribute('Policy', ' '.repeat(30_721))).toThrow('30720 bytes');
});

it('shows a default policy that can be set', () => {
  const reference = { accountId: '000000000000', name: 't' };
  const rest = { displayName: '', policy: '', deliveryPolicy: '', tags: {}, createdAt: new Date(0), subscriptionsDeleted: 0 };
  const { Policy: policy } = topicAttributes({ ...reference, ...rest }, { confirmed: 1, pending: 2 }, 'us-east-1');
  expect(readTopicAttribute('Policy', policy!)).toEqual({ policy });
});
