import { readConfig } from './config';

const env = {
  STRONGROOM_LISTEN: '0.0.0.0:7418',
  STRONGROOM_METRICS_LISTEN: '127.0.0.1:7438',
  STRONGROOM_TLS_CA_FILE: 'ca.crt',
  STRONGROOM_TLS_CERT_FILE: 'tls.crt',
  STRONGROOM_TLS_KEY_FILE: 'tls.key',
  STRONGROOM_REDIS_HOST: 'redis',
  STRONGROOM_REDIS_PORT: '6379',
  ...Object.fromEntries(
    ['SECRETS_API', 'KEYSERVICE', 'IDENTITY', 'ROTATION', 'AUDIT', 'NOTIFICATION', 'USAGE'].map((name) => [
      `STRONGROOM_${name}_ADDRESS`,
      'a:1',
    ]),
  ),
};

it('has defaults for a console on this machine', () => {
  expect(readConfig(env)).toMatchObject({
    origins: ['https://localhost:7418'],
    https: { certFile: 'tls.crt', keyFile: 'tls.key' },
    trustedProxies: [],
  });
});

it('takes the names by which people reach it, and the proxies in front of it', () => {
  const set = {
    STRONGROOM_CONSOLE_URL: 'https://console.example.com, https://10.0.0.7:8443',
    STRONGROOM_CONSOLE_TRUSTED_PROXIES: '10.0.0.0/8,::1',
  };
  expect(readConfig({ ...env, ...set })).toMatchObject({
    origins: ['https://console.example.com', 'https://10.0.0.7:8443'],
    trustedProxies: ['10.0.0.0/8', '::1'],
  });
});

it.each([
  ['STRONGROOM_CONSOLE_URL', 'http://console.example.com'],
  ['STRONGROOM_CONSOLE_URL', 'https://console.example.com/path'],
  ['STRONGROOM_CONSOLE_URL', 'https://console.example.com:443'],
  ['STRONGROOM_CONSOLE_URL', 'console'],
  ['STRONGROOM_CONSOLE_TRUSTED_PROXIES', 'proxy'],
  ['STRONGROOM_CONSOLE_TRUSTED_PROXIES', '10.0.0.0/33'],
  ['STRONGROOM_CONSOLE_TRUSTED_PROXIES', '10.0.0.0/8/8'],
])('refuses %s=%s', (name, value) => {
  expect(() => readConfig({ ...env, [name]: value })).toThrow(`${name}: must be `);
});
