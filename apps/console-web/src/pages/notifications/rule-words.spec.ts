import { inOrder, newTargetId, ruleStateOf, targetOf } from './rule-words';

it('has a word for each state, and takes what is unset for on', () => {
  expect([0, 1, 2, 3].map((state) => ruleStateOf({ state }))).toEqual(['on', 'on', 'off', 'all']);
});

it('shows rules of one’s own first', () => {
  const rules = [
    { name: 'strongroom-root-used', managedBy: 'strongroom' },
    { name: 'b', managedBy: '' },
    { name: 'a', managedBy: '' },
  ];
  expect(inOrder(rules).map(({ name }) => name)).toEqual(['a', 'b', 'strongroom-root-used']);
});

it('tells webhooks from topics', () => {
  expect(targetOf('arn:aws:events:us-east-1:000000000000:webhook/security')).toEqual({ kind: 'webhook', name: 'security' });
  expect(targetOf('arn:aws:sns:us-east-1:000000000000:alerts')).toEqual({ kind: 'topic', name: 'alerts' });
});

it('gives a target an id of its own', () => {
  const arn = 'arn:aws:sns:us-east-1:000000000000:alerts';
  expect(newTargetId(arn, [])).toBe('alerts');
  expect(newTargetId(arn, ['alerts', 'alerts-2'])).toBe('alerts-3');
  expect(newTargetId(`arn:aws:sns:us-east-1:000000000000:${'x'.repeat(256)}`, [])).toHaveLength(60);
});
