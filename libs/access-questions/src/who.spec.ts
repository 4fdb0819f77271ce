import { parseWho } from './who';

const ACCOUNT = '000000000000';
const OTHER = '111111111111';

it.each([
  ['user/ann', { kind: 'user', name: 'ann', accountId: ACCOUNT }],
  ['role/team/deploy', { kind: 'role', name: 'deploy', accountId: ACCOUNT }],
  [`arn:aws:iam::${OTHER}:user/a/ann`, { kind: 'user', name: 'ann', accountId: OTHER, arn: `arn:aws:iam::${OTHER}:user/a/ann` }],
  [`arn:aws:sts::${ACCOUNT}:assumed-role/deploy/ci`, { kind: 'role', name: 'deploy', session: 'ci', accountId: ACCOUNT }],
])('reads %s', (text, who) => expect(parseWho(text, ACCOUNT)).toEqual(who));

it.each(['ann', 'group/ops', `arn:aws:iam::${ACCOUNT}:root`, `arn:aws:iam::${ACCOUNT}:group/ops`, 'arn:aws:iam::1:user/ann'])(
  'refuses %s',
  (text) => expect(() => parseWho(text, ACCOUNT)).toThrow(/WHO/),
);
