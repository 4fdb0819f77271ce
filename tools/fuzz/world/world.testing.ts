import { type Thing, things, type World } from './names';

const namesOf = (prefix: string): World['own'] =>
  Object.fromEntries(things.map((thing) => [thing, [`${prefix}-${thing}-1`, `${prefix}-${thing}-2`]])) as never;

/** A world that is on no cluster. */
export const worldForTests: World = {
  canary: 'canary-of-the-tests',
  control: 'control-of-the-tests',
  region: 'us-east-1',
  accountId: '111111111111',
  otherAccountId: '222222222222',
  own: namesOf('own'),
  others: namesOf('other'),
  kept: Object.fromEntries(
    things.map((thing: Thing) => [
      thing,
      thing === 'account'
        ? []
        : [{ existing: `arn:aws:x::111111111111:${thing}/kept-1`, absent: `arn:aws:x::111111111111:${thing}/kept-9` }],
    ]),
  ) as never,
};
