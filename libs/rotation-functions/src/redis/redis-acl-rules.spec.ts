import { rulesOf } from './redis-acl-rules';

const rules = (list: unknown, user = 'app') =>
  rulesOf(
    { send: () => Promise.resolve(list), run: () => Promise.resolve(), login: () => Promise.resolve(true) },
    user,
    'the test',
  );

it('reads every rule of the user but its passwords, and a selector as one', async () => {
  const list = [
    'user app_clone on nopass ~* &* +@all',
    'user app on sanitize-payload #a793 #b1c2 ~a* %R~b:(x) resetchannels &ch* -@all +@read -get (~x* resetchannels -@all +set) (%W~y +@write)',
  ];
  expect(await rules(list)).toEqual([
    'on',
    '~a*',
    '%R~b:(x)',
    'resetchannels',
    '&ch*',
    '-@all',
    '+@read',
    '-get',
    '(~x* resetchannels -@all +set)',
    '(%W~y +@write)',
  ]);
  expect(await rules(list, 'ap')).toBeUndefined();
});

it.each([['OK'], [7], [undefined]])('takes no answer that Redis does not give: %j', async (list) => {
  await expect(rules(list)).rejects.toMatchObject({ reason: 'RotationTargetUnreachable' });
});

it('passes over what is no line', async () => {
  expect(await rules([7, null, ['user app on']])).toBeUndefined();
});
