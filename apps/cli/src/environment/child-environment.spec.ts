import { childEnvironment } from './child-environment';

const caller = { PATH: '/bin', HOME: '/home/a', LC_ALL: 'C', AWS_REGION: 'eu', STRONGROOM_TOKEN: 'token', GONE: undefined };

it('gives the environment of the caller, without the token, and secrets above it', () => {
  expect(childEnvironment(caller, { HOME: 'secret' }, { only: false, passToken: false })).toEqual({
    PATH: '/bin',
    HOME: 'secret',
    LC_ALL: 'C',
    AWS_REGION: 'eu',
  });
  expect(childEnvironment(caller, {}, { only: false, passToken: true })['STRONGROOM_TOKEN']).toBe('token');
});

it('gives the basics alone', () => {
  expect(childEnvironment(caller, { A: '1' }, { only: true, passToken: false })).toEqual({
    PATH: '/bin',
    HOME: '/home/a',
    LC_ALL: 'C',
    A: '1',
  });
  expect(Object.keys(childEnvironment(caller, {}, { only: true, passToken: true }))).toContain('STRONGROOM_TOKEN');
});
