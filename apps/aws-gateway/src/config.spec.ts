import { readConfig } from './config';

const env = {
  STRONGROOM_LISTEN: '0.0.0.0:7400',
  STRONGROOM_METRICS_LISTEN: '127.0.0.1:7401',
  STRONGROOM_TLS_CA_FILE: 'ca.crt',
  STRONGROOM_TLS_CERT_FILE: 'tls.crt',
  STRONGROOM_TLS_KEY_FILE: 'tls.key',
  STRONGROOM_SECRETS_API_ADDRESS: 'secrets-api:7400',
  STRONGROOM_KEYSERVICE_ADDRESS: 'crypto-keyservice:7400',
  STRONGROOM_IDENTITY_ADDRESS: 'identity-service:7400',
  STRONGROOM_AUDIT_ADDRESS: 'audit-service:7400',
  STRONGROOM_NOTIFICATION_ADDRESS: 'notification-service:7400',
};

it('serves HTTPS by the certificate that services know it by, or by another', () => {
  expect(readConfig(env)).toMatchObject({ https: { certFile: 'tls.crt', keyFile: 'tls.key' }, plainListen: undefined });
  const own = { ...env, STRONGROOM_HTTPS_CERT_FILE: 'public.crt', STRONGROOM_HTTPS_KEY_FILE: 'public.key' };
  expect(readConfig(own).https).toEqual({ certFile: 'public.crt', keyFile: 'public.key' });
});

it('serves plain HTTP on the loopback interface only', () => {
  for (const listen of ['127.0.0.1:80', '127.8.8.8:80', 'localhost:0', '[::1]:80']) {
    expect(readConfig({ ...env, STRONGROOM_PLAIN_HTTP_LISTEN: listen }).plainListen).toBe(listen);
  }
  for (const listen of ['0.0.0.0:80', '10.0.0.1:80', '[::]:80', 'gateway.internal:80', '127.0.0.1.evil.test:80']) {
    expect(() => readConfig({ ...env, STRONGROOM_PLAIN_HTTP_LISTEN: listen })).toThrow(/loopback/);
  }
});
