import { optionsFromEnvironment } from './client-options';
import { StrongroomClient } from './strongroom-client';

const tls = { STRONGROOM_TLS_CA_FILE: '/pki/ca.pem' };

it('reads what .strongroom/env exports', () => {
  expect(
    optionsFromEnvironment({
      ...tls,
      STRONGROOM_TLS_CERT_FILE: '/pki/admin.pem',
      STRONGROOM_TLS_KEY_FILE: '/pki/admin.key',
      STRONGROOM_SECRETS_API_ADDRESS: 'localhost:7410',
      STRONGROOM_KEYSERVICE_ADDRESS: 'dns:///keys.internal:443',
      STRONGROOM_IDENTITY_ADDRESS: '10.0.0.1:7412,10.0.0.2:7412',
      STRONGROOM_AUDIT_ADDRESS: 'localhost:7414',
      STRONGROOM_ROTATION_ADDRESS: 'localhost:7413',
      STRONGROOM_TOKEN: 'token',
      STRONGROOM_HOME: '/elsewhere',
    }),
  ).toEqual({
    addresses: {
      secrets: 'localhost:7410',
      keys: 'dns:///keys.internal:443',
      identity: '10.0.0.1:7412,10.0.0.2:7412',
      audit: 'localhost:7414',
      rotation: 'localhost:7413',
    },
    tls: { caFile: '/pki/ca.pem', certFile: '/pki/admin.pem', keyFile: '/pki/admin.key' },
    token: 'token',
  });
});

it.each([
  [{}, 'STRONGROOM_TLS_CA_FILE: must be set'],
  [{ ...tls, STRONGROOM_AUDIT_ADDRESS: 'localhost' }, 'STRONGROOM_AUDIT_ADDRESS: must be host:port'],
])('names the variable that is wrong', (env, message) => {
  expect(() => optionsFromEnvironment(env)).toThrow(message);
});

it('asks for an address when its service is used, and for none before', () => {
  const client = StrongroomClient.fromEnvironment({ tls: { ca: '' } }, tls);
  expect(() => client.audit).toThrow('this client has no address of audit: set addresses.audit');
  client.close();
  expect(() => client.secrets).toThrow('this client is closed');
});
