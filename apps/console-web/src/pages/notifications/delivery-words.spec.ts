import { deliveryStateOf, destinationOf, remedyFor } from './delivery-words';

it('has a word for each state', () => {
  expect([1, 2, 3].map((state) => deliveryStateOf({ state }))).toEqual(['pending', 'failed', 'dead']);
});

it('knows what to do about the reasons that it knows', () => {
  expect(remedyFor('ReceiverTimedOut')).toContain('10 seconds');
  expect(remedyFor('')).toBeUndefined();
  expect(remedyFor('constructor')).toBeUndefined();
});

it('shortens a subscription to its topic and id', () => {
  expect(destinationOf({ destination: 'arn:aws:sns:us-east-1:000000000000:alerts:1b2c' })).toBe('alerts:1b2c');
  expect(destinationOf({ destination: 'security' })).toBe('security');
});
