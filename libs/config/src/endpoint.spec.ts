import { endpointOf } from './endpoint';

it.each([
  ['127.0.0.1:7001', { host: '127.0.0.1', port: 7001 }],
  ['localhost:0', { host: 'localhost', port: 0 }],
  ['[::1]:7001', { host: '::1', port: 7001 }],
  ['[2001:db8::7]:65535', { host: '2001:db8::7', port: 65_535 }],
])('reads %s', (text, endpoint) => {
  expect(endpointOf(text)).toEqual(endpoint);
});
