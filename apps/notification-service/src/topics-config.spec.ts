import { topicsConfig } from './topics-config';

const gateway = { STRONGROOM_GATEWAY_URL: 'https://secrets.example.com/' };

it('takes the address of the gateway where no URL is set', () => {
  expect(topicsConfig(gateway)).toEqual({ gatewayUrl: 'https://secrets.example.com', mail: undefined });
  expect(topicsConfig({ STRONGROOM_AWS_GATEWAY_ADDRESS: 'localhost:7450' }).gatewayUrl).toBe('https://localhost:7450');
});

it.each([
  ['smtps://bot@mail.example.com', { host: 'mail.example.com', port: 465, secure: true, isLoopback: false, user: 'bot' }],
  ['smtp://mail.example.com', { host: 'mail.example.com', port: 587, secure: false, isLoopback: false }],
  ['smtp://[::1]:2525', { host: '::1', port: 2_525, secure: false, isLoopback: true }],
])('reads the mail server %s', (url, expected) => {
  const read = { ...gateway, STRONGROOM_SMTP_URL: url, STRONGROOM_MAIL_FROM: 'alerts@example.com' };
  expect(topicsConfig(read).mail).toMatchObject({ ...expected, from: 'alerts@example.com' });
});

it.each([
  [{}, 'STRONGROOM_GATEWAY_URL: must be set'],
  [{ STRONGROOM_GATEWAY_URL: 'gateway' }, 'STRONGROOM_GATEWAY_URL'],
  [{ ...gateway, STRONGROOM_SMTP_URL: 'smtp://bot:secret@mail.example.com' }, 'STRONGROOM_SMTP_PASSWORD_FILE'],
  [{ ...gateway, STRONGROOM_SMTP_URL: 'smtp://mail.example.com' }, 'STRONGROOM_MAIL_FROM: must be set'],
  [{ ...gateway, STRONGROOM_MAIL_FROM: 'x' }, 'STRONGROOM_MAIL_FROM'],
])('refuses %j', (env, problem) => {
  expect(() => topicsConfig(env)).toThrow(problem);
});
