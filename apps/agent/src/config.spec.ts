import type { ConfigError, Environment } from '@strongroom/config';
import { readConfig } from './config';

const complete: Environment = {
  STRONGROOM_AGENT_TOKEN_FILE: '/run/agent/token',
  STRONGROOM_SECRETS_API_ADDRESS: 'secrets-api:7400',
  STRONGROOM_TLS_CA_FILE: 'ca.crt',
  STRONGROOM_TLS_CERT_FILE: 'tls.crt',
  STRONGROOM_TLS_KEY_FILE: 'tls.key',
};
const problems = (env: Environment): readonly string[] => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    return (error as ConfigError).problems;
  }
};

it('has the defaults of AWS’s agent, and none for what it must be told', () => {
  expect(readConfig(complete)).toMatchObject({
    address: { kind: 'tcp', host: '127.0.0.1', port: 2773 },
    metricsListen: '127.0.0.1:2774',
    token: { path: '/run/agent/token', mode: 0o600 },
    tokenHeaders: ['X-Aws-Parameters-Secrets-Token', 'X-Vault-Token'],
    hosts: [],
    pathPrefix: '/v1/',
    maxConnections: 800,
    cache: { ttlMs: 300_000, graceMs: 0, size: 1_000 },
    client: { name: 'agent', tls: { caFile: 'ca.crt', certFile: 'tls.crt', keyFile: 'tls.key' } },
  });
  expect(problems({ ...complete, STRONGROOM_AGENT_TOKEN_FILE: '' })).toEqual(['STRONGROOM_AGENT_TOKEN_FILE: must be set']);
  expect(problems({ ...complete, STRONGROOM_SECRETS_API_ADDRESS: '' })).toEqual(['STRONGROOM_SECRETS_API_ADDRESS: must be set']);
});

it('listens at a Unix socket, or where it is told to', () => {
  const at = (listen: string, more: Environment = {}) =>
    readConfig({ ...complete, STRONGROOM_AGENT_LISTEN: listen, ...more }).address;
  expect(at('unix:/run/agent/agent.sock')).toEqual({ kind: 'unix', path: '/run/agent/agent.sock' });
  expect(at('[::1]:2773')).toEqual({ kind: 'tcp', host: '::1', port: 2773 });
  expect(at('127.1.2.3:80')).toEqual({ kind: 'tcp', host: '127.1.2.3', port: 80 });
  expect(at('0.0.0.0:2773', { STRONGROOM_AGENT_ALLOW_NETWORK: '1' })).toEqual({ kind: 'tcp', host: '0.0.0.0', port: 2773 });
});

it.each(['0.0.0.0:2773', '[::]:2773', '192.0.2.1:2773', 'agent.example:2773', '127.0.0.1.example:1', '127example:1'])(
  'does not listen at %s unless it is allowed to',
  (listen) => {
    expect(problems({ ...complete, STRONGROOM_AGENT_LISTEN: listen })).toEqual([
      expect.stringMatching(/^STRONGROOM_AGENT_LISTEN: must be an address of the loopback .* STRONGROOM_AGENT_ALLOW_NETWORK=1 /),
    ]);
  },
);

it.each([
  ['STRONGROOM_AGENT_LISTEN', '2773'],
  ['STRONGROOM_AGENT_LISTEN', 'unix:agent.sock'],
  ['STRONGROOM_AGENT_LISTEN', `unix:/${'a'.repeat(107)}`],
  ['STRONGROOM_AGENT_ALLOW_NETWORK', 'yes'],
  ['STRONGROOM_AGENT_TOKEN_MODE', '0644'],
  ['STRONGROOM_AGENT_SSRF_HEADERS', 'X Token'],
  ['STRONGROOM_AGENT_SSRF_HEADERS', 'X-Token,'],
  ['STRONGROOM_AGENT_HOSTS', 'http://agent'],
  ['STRONGROOM_AGENT_HOSTS', 'agent:2773'],
  ['STRONGROOM_AGENT_PATH_PREFIX', 'v1/'],
  ['STRONGROOM_AGENT_PATH_PREFIX', '/'],
  ['STRONGROOM_AGENT_MAX_CONN', '1001'],
  ['STRONGROOM_AGENT_TTL_SECONDS', '3601'],
  ['STRONGROOM_AGENT_GRACE_SECONDS', '-1'],
  ['STRONGROOM_AGENT_CACHE_SIZE', '0'],
])('refuses %s=%s', (name, value) => {
  expect(problems({ ...complete, [name]: value })).toEqual([expect.stringMatching(new RegExp(`^${name}: must be `))]);
});

describe('who the agent is', () => {
  const nobody = { ...complete, STRONGROOM_TLS_CERT_FILE: '', STRONGROOM_TLS_KEY_FILE: '' };
  const token = (env: Environment) => readConfig({ ...nobody, ...env }).client.token;

  it('says so by a token, the token of a file, or an OpenID Connect provider', () => {
    expect(token({ STRONGROOM_TOKEN: 'srs_x' })).toBe('srs_x');
    expect(token({ STRONGROOM_SESSION_TOKEN_FILE: '/run/token' })).toEqual(expect.any(Function));
    const role = {
      AWS_WEB_IDENTITY_TOKEN_FILE: '/run/oidc',
      AWS_ROLE_ARN: 'arn:aws:iam::000000000000:role/app',
      STRONGROOM_IDENTITY_ADDRESS: 'identity-service:7400',
    };
    expect(token(role)).toEqual(expect.any(Function));
    expect(problems({ ...nobody, ...role, AWS_ROLE_ARN: '' })).toEqual([
      'AWS_ROLE_ARN: must be set beside AWS_WEB_IDENTITY_TOKEN_FILE',
    ]);
    expect(problems({ ...nobody, ...role, STRONGROOM_IDENTITY_ADDRESS: '' })).toEqual([
      'STRONGROOM_IDENTITY_ADDRESS: must be set',
    ]);
  });

  it('must be said', () => {
    expect(problems(nobody)).toEqual([expect.stringContaining('the agent must say who it is')]);
  });
});

it('finds the file of the token where AWS’s agent does', () => {
  const env = { ...complete, STRONGROOM_AGENT_TOKEN_FILE: '', AWS_TOKEN: 'file:///var/run/awssmatoken' };
  expect(readConfig(env).token.path).toBe('/var/run/awssmatoken');
  expect(problems({ ...env, AWS_TOKEN: 'a-token-for-all-to-see' })).toEqual(['STRONGROOM_AGENT_TOKEN_FILE: must be set']);
});
