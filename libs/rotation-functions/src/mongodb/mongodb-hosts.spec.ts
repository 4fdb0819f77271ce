import { SecretFields } from '../shared/secret-fields';
import { hostsOf, serversOf } from './mongodb-hosts';

const read = (host: string, port?: number) =>
  hostsOf(SecretFields.parse({ kind: 'string', text: JSON.stringify({ host, port }) }, 'AWSCURRENT'));

it.each([
  ['db.example', undefined, [{ host: 'db.example', port: 27_017 }]],
  ['db.example', 27_018, [{ host: 'db.example', port: 27_018 }]],
  ['::1', undefined, [{ host: '::1', port: 27_017 }]],
  [
    'a.example:1, b.example,[::1]:65535',
    9,
    [
      { host: 'a.example', port: 1 },
      { host: 'b.example', port: 9 },
      { host: '::1', port: 65_535 },
    ],
  ],
  ['mongodb+srv://set.example.org', undefined, { service: 'set.example.org' }],
])('reads the host %s with the port %s', (host, port, expected) => {
  expect(read(host, port)).toEqual(expected);
});

it.each([
  'a b',
  'a,',
  'a:0',
  'a:65536',
  '[a]:1',
  '[::1',
  'mongodb://a',
  'user@a',
  'a/b',
  Array(17).fill('a').join(),
  'mongodb+srv://a.example,b.example',
  'mongodb+srv://a.example:1',
  'mongodb+srv://a',
  'mongodb+srv://10.0.0.1',
])('refuses the host %s', (host) => {
  expect(() => read(host)).toThrow('The field "host" of AWSCURRENT must be');
});

describe('a service in DNS', () => {
  const about = { named: 'the fields', signal: new AbortController().signal };
  const servers = (service: string, ...hosts: string[]) =>
    serversOf({ service }, () => Promise.resolve(hosts.map((host) => ({ host, port: 1 }))), about);

  it.each([
    ['set.example.org', 'a.example.org'],
    ['set.example.org', 'A.b.Example.org'],
    ['example.org', 'a.example.org'],
  ])('%s may have the server %s', async (service, host) => {
    expect(await servers(service, host)).toEqual([{ host, port: 1 }]);
  });

  it.each([
    ['set.example.org', ['a.example.com']],
    ['set.example.org', ['a.example.org', 'badexample.org']],
    ['example.org', ['example.org']],
    ['set.example.org', []],
  ])('%s may not have the servers %j', async (service, hosts) => {
    await expect(servers(service, ...hosts)).rejects.toMatchObject({ reason: 'RotationTargetUnreachable' });
  });

  it('says nothing but that it is away when DNS has no answer', async () => {
    const failing = serversOf(
      { service: 'a.b.c' },
      () => Promise.reject(Object.assign(new Error('x'), { code: 'ENOTFOUND' })),
      about,
    );
    await expect(failing).rejects.toMatchObject({ reason: 'RotationTargetUnreachable', why: 'ENOTFOUND' });
  });
});
