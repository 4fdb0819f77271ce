import { versionOf } from '../values/versions.testing';
import { EnvironmentPlan, type MappingFlags } from './environment-plan';

const canary = 'canary-value';
const versions = new Map(
  [
    versionOf('prod/db', { 'user-name': 'app', password: canary }),
    versionOf('prod/orders/api-key', canary),
    versionOf('prod/orders/deep/token', 'a token'),
    versionOf('prod/app', { env: 'prod', path: '/srv' }),
    versionOf('prod/evil', { LD_PRELOAD: '/tmp/evil.so' }),
    versionOf('prod/binary', Buffer.from([0xff, 0xfe])),
    versionOf('prod/nul', 'a\0b'),
    versionOf('prod/twice', { 'a-b': '1', a_b: '2' }),
  ].map((version) => [version.name, version]),
);
const below = new Map([['prod/orders/', ['prod/orders/api-key', 'prod/orders/deep/token']]]);
const plan = (flags: Partial<MappingFlags>) => EnvironmentPlan.of({ case: 'upper', ...flags });
const variables = (flags: Partial<MappingFlags>) => plan(flags).variables(versions, below);
const file = (text: string) => [{ file: '.env', text }];

it('maps values, fields, objects, prefixes and templates', () => {
  expect(variables({ secret: ['KEY=prod/orders/api-key', 'DB_PASSWORD=strongroom://prod/db#password'] })).toEqual({
    KEY: canary,
    DB_PASSWORD: canary,
  });
  expect(variables({ secret: ['prod/db'] })).toEqual({ USER_NAME: 'app', PASSWORD: canary });
  expect(variables({ secret: ['prod/db'], envPrefix: 'DB_' })).toEqual({ DB_USER_NAME: 'app', DB_PASSWORD: canary });
  expect(variables({ prefix: ['prod/orders/'] })).toEqual({ API_KEY: canary, TOKEN: 'a token' });
  expect(variables({ envFiles: file('URL=db://{{ strongroom://prod/db#user-name }}/\nMODE=fast') })).toEqual({
    URL: 'db://app/',
    MODE: 'fast',
  });
});

it('says what must be read', () => {
  const { references, prefixes } = plan({
    secret: ['A=prod/db#password', 'prod/db'],
    prefix: ['prod/orders/'],
    envFiles: file('B=strongroom://other?stage=AWSPREVIOUS'),
  });
  expect(references).toEqual([
    { secretId: 'other', versionStage: 'AWSPREVIOUS' },
    { secretId: 'prod/db', field: 'password' },
    { secretId: 'prod/db' },
  ]);
  expect(prefixes).toEqual(['prod/orders/']);
});

it.each([
  [{ secret: ['1A=prod/db'] }, '--secret 1A=prod/db: "1A" must be the name of a variable'],
  [{ secret: ['A-B=prod/db'] }, '"A-B" must be the name of a variable'],
  [{ secret: ['A='] }, 'must name a secret'],
  [{ secret: ['prod/db#password'] }, 'a field needs a variable, as in --secret NAME=prod/db#password'],
  [{ secret: ['A=prod/db', 'A=prod/nul'] }, 'A is set twice, by --secret A=prod/db and by --secret A=prod/nul'],
  [{ secret: ['A=prod/db'], envFiles: file('\nA=1') }, 'A is set twice, by .env:2 and by --secret A=prod/db'],
  [{ secret: ['prod/db'], envPrefix: '1' }, '"1" must be the name of a variable'],
])('refuses %j before anything is read', (flags, rule) => expect(() => plan(flags)).toThrow(rule));

it.each([
  [{ secret: ['A=prod/db#nothing'] }, 'prod/db#nothing: the value has no such key'],
  [{ secret: ['A=prod/binary'] }, 'A: the value is binary'],
  [{ envFiles: file('A=x{{ strongroom://prod/binary }}') }, 'A: the value is binary'],
  [{ secret: ['A=prod/nul'] }, 'A: the value has a NUL byte'],
  [{ secret: ['prod/orders/api-key'] }, 'prod/orders/api-key: the value is not JSON'],
  [{ secret: ['prod/db'], case: 'keep' as const }, '--secret prod/db: "user-name" must be the name of a variable'],
  [{ secret: ['prod/twice'] }, 'A_B is set twice, by --secret prod/twice and by --secret prod/twice'],
  [{ secret: ['prod/db', 'PASSWORD=prod/orders/api-key'] }, 'PASSWORD is set twice'],
  [{ secret: ['prod/app'] }, '--secret prod/app: PATH decides which code a program runs: to set it, name it'],
  [{ secret: ['prod/evil'] }, '--secret prod/evil: LD_PRELOAD decides which code a program runs'],
])('refuses %j with the rule, not with the value', (flags, rule) => {
  expect(() => variables(flags)).toThrow(rule);
  expect(() => variables(flags)).not.toThrow(canary);
});

it('lets whoever names such a variable have it, and binary values pass as base64', () => {
  expect(variables({ secret: ['prod/app'], envPrefix: 'APP_' })).toEqual({ APP_ENV: 'prod', APP_PATH: '/srv' });
  expect(variables({ secret: ['prod/app'], case: 'keep' })).toEqual({ env: 'prod', path: '/srv' });
  expect(variables({ secret: ['LD_PRELOAD=prod/evil#LD_PRELOAD'] })).toEqual({ LD_PRELOAD: '/tmp/evil.so' });
  expect(variables({ envFiles: file('A={{ strongroom://prod/binary | base64 }}') })).toEqual({ A: '//4=' });
});
