import { type Grouping, parseGroups } from './usage-groups';

it.each<[string, Grouping]>([
  ['operation', { groups: ['operation'] }],
  ['secret, principal', { groups: ['secret', 'principal'] }],
  ['tag:team', { groups: ['tag'], tagKey: 'team' }],
  ['operation,tag:team', { groups: ['operation', 'tag'], tagKey: 'team' }],
  ['account, secret, tag:cost:center, main', { groups: ['account', 'secret', 'tag'], tagKey: 'cost:center, main' }],
])('reads %p', (text, expected) => {
  expect(parseGroups(text)).toEqual(expected);
});

it.each(['', ',', 'tag', 'tag:', 'secret,', 'secret,secret', 'user', 'secret,tag', 'tag,tag:team', 'toString'])(
  'refuses %p',
  (text) => {
    expect(() => parseGroups(text)).toThrow('It must be one or more of account');
  },
);
