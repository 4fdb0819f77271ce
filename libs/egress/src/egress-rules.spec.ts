import type { TargetUnreachable } from './target-unreachable';
import { ClusterEndpoints, endpointsOf } from './cluster-endpoints';
import { EgressRules } from './egress-rules';
import { formsOf } from './ip-address';
import { CheckedNetwork, lookupOf } from './target-network';

const names: Record<string, string[]> = {
  'db.example': ['10.1.2.3'],
  'two.example': ['10.9.9.9', '169.254.169.254'],
  'metadata.example': ['169.254.169.254'],
  'rebound.example': ['127.0.0.1'],
  mariadb: ['10.0.0.5'],
  localhost: ['127.0.0.1', '::1'],
  // The system's resolver takes old forms of addresses.
  '2130706433': ['127.0.0.1'],
  '0x7f.1': ['127.0.0.1'],
  'with-ipv6.example': ['fd12::5'],
};
const resolver = (host: string) =>
  names[host.toLowerCase()] ? Promise.resolve(names[host.toLowerCase()]!) : Promise.reject(new Error('ENOTFOUND'));
const cluster = endpointsOf('localhost:3306,mariadb:3307,dns:///mariadb:7400,0.0.0.0:7401,[::1]:6379');
const networkOf = (rules: string) =>
  new CheckedNetwork(EgressRules.parse(rules), new ClusterEndpoints(cluster, resolver), resolver);
const reach = (rules: string, host: string, port: number) =>
  networkOf(rules)
    .resolve({ host, port, named: 'a test' }, new AbortController().signal)
    .catch((error: unknown) => (error as TargetUnreachable).why);
const NO = 'not allowed by the egress rules';

describe('without rules', () => {
  it.each([
    ['db.example', 5432, ['10.1.2.3']],
    ['127.0.0.1', 5432, ['127.0.0.1']],
    ['localhost', 5432, ['127.0.0.1', '::1']],
    ['with-ipv6.example', 1, ['fd12::5']],
    ['10.0.0.5', 3306, ['10.0.0.5']],
    // Of several addresses those that are allowed.
    ['two.example', 5432, ['10.9.9.9']],
  ])('rotation may connect to %s:%i', async (host, port, addresses) => {
    expect(await reach('', host, port)).toEqual(addresses);
  });

  it.each([
    // The cluster's own, by any name and form.
    ['127.0.0.1', 3306],
    ['localhost', 3306],
    ['rebound.example', 3306],
    ['127.8.9.1', 3306],
    ['::ffff:127.0.0.1', 3306],
    ['::ffff:7f00:1', 3306],
    ['::127.0.0.1', 3306],
    ['64:ff9b::7f00:1', 3306],
    ['2002:7f00:1::', 3306],
    ['2130706433', 3306],
    ['0x7f.1', 3306],
    ['10.0.0.5', 3307],
    ['::ffff:10.0.0.5', 7400],
    ['127.0.0.1', 7401],
    ['127.0.0.1', 6379],
    // What is nobody's server.
    ['0.0.0.0', 3306],
    ['0.0.0.0', 80],
    ['::', 80],
    ['169.254.169.254', 80],
    ['metadata.example', 80],
    ['::ffff:169.254.169.254', 80],
    ['::ffff:a9fe:a9fe', 80],
    ['64:ff9b::a9fe:a9fe', 80],
    ['fe80::1', 80],
    ['fe80::1%lo', 80],
    ['fd00:ec2::254', 80],
    ['fd00:0ec2:0:0::254', 80],
    ['100.100.100.200', 80],
    ['224.0.0.1', 80],
    ['255.255.255.255', 80],
    ['ff02::1', 80],
  ])('rotation may not connect to %s:%i', async (host, port) => {
    expect(await reach('', host, port)).toBe(NO);
  });

  it('an address of this machine is this machine, whatever it is called', async () => {
    const { networkInterfaces } = await import('node:os');
    for (const { address } of Object.values(networkInterfaces()).flatMap((all) => all ?? []))
      expect(await reach('', address, 3306)).toBe(NO);
  });

  it('a name without an address is told like any other failure', async () => {
    expect(await reach('', 'absent.example', 80)).toBe('no reason given');
  });
});

describe('rules', () => {
  it.each([
    ['deny *', 'db.example', 5432, NO],
    ['allow db.example:5432, deny *', 'db.example', 5432, ['10.1.2.3']],
    ['allow db.example:5432, deny *', 'DB.example', 5432, ['10.1.2.3']],
    ['allow db.example:5432, deny *', 'db.example', 5433, NO],
    ['allow db.example:5432, deny *', '10.1.2.3', 5432, NO],
    ['allow *.example, deny *', 'db.example', 5432, ['10.1.2.3']],
    ['allow *.example, deny *', 'mariadb', 1, NO],
    ['allow 10.0.0.0/8:5000-6000, deny *', 'db.example', 5432, ['10.1.2.3']],
    ['allow 10.0.0.0/8:5000-6000, deny *', 'db.example', 6001, NO],
    ['deny 10.1.0.0/16', 'db.example', 5432, NO],
    ['deny 10.1.0.0/16', '::ffff:10.1.2.3', 5432, NO],
    ['deny 127.0.0.0/8, deny [::1]', 'localhost', 5432, NO],
    ['deny 127.0.0.0/8', 'localhost', 5432, ['::1']],
    ['allow [fd12::/16]:1, deny *', 'with-ipv6.example', 1, ['fd12::5']],
    // The first one decides.
    ['deny db.example, allow *', 'db.example', 5432, NO],
    // What is closed opens by its own name or address and port alone.
    ['allow *', '127.0.0.1', 3306, NO],
    ['allow 127.0.0.0/8:3306', '127.0.0.1', 3306, NO],
    ['allow 127.0.0.1', '127.0.0.1', 3306, NO],
    ['allow 127.0.0.1:3306', '127.0.0.1', 3306, ['127.0.0.1']],
    ['allow mariadb:3307', 'mariadb', 3307, ['10.0.0.5']],
    ['allow 169.254.0.0/16', '169.254.169.254', 80, NO],
  ])('%s: %s:%i', async (rules, host, port, expected) => {
    expect(await reach(rules, host, port)).toEqual(expected);
  });

  it.each([
    'permit *',
    'allow',
    'allow a b',
    'allow 10.0.0.0/33',
    'allow 10.0.0.256',
    'allow 10.0.0/8',
    'allow [::1]/128',
    'allow x:70000',
    'allow x:9-8',
    'allow *.',
    'allow -x',
  ])('%p is none', (rule) => {
    expect(() => EgressRules.parse(`deny 10.0.0.1, ${rule}`)).toThrow(`"${rule}" must be allow or deny`);
  });
});

it('what connects by itself knows the checked addresses alone', () => {
  const lookup = lookupOf(['10.1.2.3', '::1']);
  lookup('evil.example', { all: true }, (error, found) => {
    expect([error, found]).toEqual([
      null,
      [
        { address: '10.1.2.3', family: 4 },
        { address: '::1', family: 6 },
      ],
    ]);
  });
  lookup('evil.example', {}, (error, address, family) => expect([error, address, family]).toEqual([null, '10.1.2.3', 4]));
});

it('the cluster is asked for again, and stays known while its names cannot be', async () => {
  let [now, answer] = [0, Promise.resolve(['10.0.0.1'])];
  const endpoints = new ClusterEndpoints(
    endpointsOf('redis:6379'),
    () => answer,
    () => now,
  );
  expect(await endpoints.include('10.0.0.1', 6379)).toBe(true);
  answer = Promise.resolve(['10.0.0.2']);
  expect(await endpoints.include('10.0.0.2', 6379)).toBe(false);
  now += 5_000;
  expect(await endpoints.include('10.0.0.2', 6379)).toBe(true);
  answer = Promise.reject(new Error('SERVFAIL'));
  now += 5_000;
  expect(await endpoints.include('10.0.0.2', 6379)).toBe(true);
});

it('an address has one form', () => {
  expect(formsOf('1:2::3')).toEqual(['1:2:0:0:0:0:0:3']);
  expect(formsOf('::ffff:1.2.3.4')).toEqual(['0:0:0:0:0:ffff:102:304', '1.2.3.4']);
  expect(formsOf('::1')).toEqual(['0:0:0:0:0:0:0:1']);
});
