import { endpointOf, endpointsAt } from './endpoint';

it.each([
  ['127.0.0.1:7001', { host: '127.0.0.1', port: 7001 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['[::1]:7001', { host: '::1', port: 7001 }],
  ['[2001:db8::7]:65535', { host: '2001:db8::7', port: 65_535 }],
])('reads %s', (text, endpoint) => {
  expect(endpointOf(text)).toEqual(endpoint);
});

it('reads several hosts, each with its own port or that of all', () => {
  expect(endpointsAt('db1,db2:7,::1,[::2]:8', 3_306)).toEqual([
    { host: 'db1', port: 3_306 },
    { host: 'db2', port: 7 },
    { host: '::1', port: 3_306 },
    { host: '::2', port: 8 },
  ]);
});
