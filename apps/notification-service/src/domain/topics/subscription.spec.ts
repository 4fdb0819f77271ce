import { DEFAULT_SETTINGS, readSubscriptionAttributes, requireEndpoint, requireProtocol } from './subscription';

const present = { ...DEFAULT_SETTINGS, protocol: 'https' } as const;

it.each([
  ['https', 'https://hooks.example.com/a?b=c'],
  ['http', 'http://127.0.0.1:8080/a'],
  ['http', 'http://localhost/'],
  ['http', 'http://[::1]:9/'],
  ['email', 'first.last+tag@mail.example.co.uk'],
] as const)('takes %s %s', (protocol, endpoint) => {
  expect(requireEndpoint(requireProtocol(protocol), endpoint)).toBe(endpoint);
});

it.each([
  ['https', 'http://example.com/'],
  ['https', 'https://user:password@example.com/'],
  ['https', 'https://example.com/\nx'],
  ['https', `https://example.com/${'x'.repeat(2_048)}`],
  ['http', 'http://example.com/'],
  ['http', 'http://127.0.0.1.example.com/'],
  ['email', 'two@example.com, more@example.com'],
  ['email', 'x@example.com\nBcc: y@example.com'],
  ['email', '"x y"@example.com'],
  ['email', `x@${'a.'.repeat(150)}com`],
] as const)('refuses %s %j', (protocol, endpoint) => {
  expect(() => requireEndpoint(protocol, endpoint)).toThrow('Invalid parameter: Endpoint');
});

it('refuses protocols that it has not', () => {
  for (const protocol of ['sqs', 'sms', 'lambda', ''])
    expect(() => requireProtocol(protocol)).toThrow('Invalid parameter: Protocol');
});

it('reads attributes, and leaves alone what a request does not name', () => {
  const set = readSubscriptionAttributes({ RawMessageDelivery: 'True', FilterPolicy: '{"a":["b"]}', RedrivePolicy: '' }, present);
  expect(set).toEqual({ ...DEFAULT_SETTINGS, rawDelivery: true, filterPolicy: '{"a":["b"]}' });
  expect(readSubscriptionAttributes({ FilterPolicy: '{}' }, { ...set, protocol: 'https' })).toEqual({
    ...DEFAULT_SETTINGS,
    rawDelivery: true,
  });
});

it.each([
  [{ RawMessageDelivery: 'yes' }, 'RawMessageDelivery'],
  [{ FilterPolicyScope: 'Message' }, 'FilterPolicyScope'],
  [{ RedrivePolicy: '{"deadLetterTargetArn":"x"}' }, 'RedrivePolicy'],
  [{ Unheard: 'of' }, 'AttributeName'],
  [{ DeliveryPolicy: '{"healthyRetryPolicy":{"numRetries":3}}' }, 'DeliveryPolicy'],
  [{ FilterPolicy: '{"a":{"b":["c"]}}' }, 'FilterPolicy'],
])('refuses the attributes %j', (attributes, name) => {
  expect(() => readSubscriptionAttributes(attributes, present)).toThrow(`Invalid parameter: ${name}`);
});

it('refuses raw mails', () => {
  const mail = { ...DEFAULT_SETTINGS, protocol: 'email' } as const;
  expect(() => readSubscriptionAttributes({ RawMessageDelivery: 'true' }, mail)).toThrow('RawMessageDelivery');
});
