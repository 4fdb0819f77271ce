import { callerForTests } from '@strongroom/access';
import { rightsFrom, rightsOf } from './rights';

const allow = (action: string) => ({ Version: '2012-10-17', Statement: { Effect: 'Allow', Action: action, Resource: '*' } });
const [one, other] = [allow('secretsmanager:GetSecretValue'), allow('secretsmanager:ListSecrets')];

it('is the same for the same rights, in whatever order', () => {
  const tags = { team: 'blue', stage: 'test' };
  const caller = callerForTests({ policies: [one, other], tags });
  const again = callerForTests({ policies: [other, one], tags: { stage: 'test', team: 'blue' } });
  expect(rightsOf(again)).toBe(rightsOf(caller));
});

it.each([
  ['another policy', { policies: [other] }],
  ['one more', { policies: [one, other] }],
  ['a boundary', { policies: [one], boundary: one }],
  ['a session policy', { policies: [one], session: [one] }],
  ['a tag', { policies: [one], tags: { team: 'blue' } }],
  ['another caller', { policies: [one], name: 'role/other' }],
])('is another one with %s', (_what, options) =>
  expect(rightsOf(callerForTests(options))).not.toBe(rightsOf(callerForTests({ policies: [one] }))),
);

it('is another one from elsewhere', () => {
  const caller = callerForTests();
  const at = (address: string, userAgent = 'a') => rightsFrom({ caller, peer: { address }, userAgent, via: undefined });
  expect(at('10.0.0.1')).toBe(at('10.0.0.1'));
  expect(new Set([at('10.0.0.1'), at('10.0.0.2'), at('10.0.0.1', 'b')]).size).toBe(3);
});
