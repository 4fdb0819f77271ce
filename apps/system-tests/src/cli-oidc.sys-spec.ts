import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { StrongroomClient } from '@strongroom/client';
import { AuthorizationServer, eventually, temporaryDirectory } from '@strongroom/testing';
// A program to test, and no library, which is all that the rule objects to.

import { run } from '../../cli/src/testing/cli-harness.testing';
import { AgentProcess } from './support/agent-process';
import { everything, policy } from './support/policies';
import { entity, POLICY_NAME, System, text, unique } from './support/system';

jest.setTimeout(60_000);

// The cluster of the tests believes one issuer; a cluster that is there already may believe none.
const issuer = process.env['STRONGROOM_OIDC_ISSUERS'];
const directory = temporaryDirectory('cli-oidc');
const env = { PATH: process.env['PATH'], XDG_CONFIG_HOME: directory.path };

(issuer ? describe : describe.skip)('a role for which an OpenID Connect issuer vouches', () => {
  let system: System;
  let admin: StrongroomClient;
  let server: AuthorizationServer;
  let providerArn: string;
  let roleName: string;
  let login: string[];

  beforeAll(async () => {
    system = await System.shared();
    const port = Number(new URL(issuer!).port);
    server = new AuthorizationServer({ directory: directory.path, port, rotate: true, introspection: false });
    await server.start();
    const { identity } = system.admin;
    admin = new StrongroomClient({
      addresses: { identity: system.cluster.endpoint('identity-service') },
      tls: system.cluster.adminCertificate,
    });
    const clientIdList = ['app-client_secret_basic', 'app-cli'];
    providerArn = (await admin.identity.createOpenIdConnectProvider({ url: issuer!, clientIdList })).provider!.arn;
    roleName = unique('cli-role');
    const assumeRolePolicyDocument = policy({ Action: 'sts:AssumeRoleWithWebIdentity', Principal: { Federated: providerArn } });
    const { role } = await identity.createRole({ roleName, assumeRolePolicyDocument });
    await identity.putInlinePolicy({ target: entity.role(roleName), policyName: POLICY_NAME, policyDocument: everything });
    login = ['login', '--store', 'file', '--env-file', system.cluster.environmentFile, '--role-arn', role!.arn];
  });
  afterAll(async () => {
    if (providerArn) await admin.identity.deleteOpenIdConnectProvider({ openIdConnectProviderArn: providerArn });
    admin?.close();
    await server?.stop();
    directory.remove();
    await system?.stop();
  });

  const whoami = async (profile: string, more: Record<string, string> = {}) =>
    (await run(['whoami', '--profile', profile, '--query', 'arn'], { env: { ...env, ...more } })).out;

  it('is taken with the token that another system keeps in a file or a variable', async () => {
    const [token, secret] = [await server.newIdToken(), await system.secret('open sesame')];
    const file = join(directory.path, 'token');
    writeFileSync(file, `${token}\n`);
    const byFile = [...login, '--profile', 'file', '--session-name', 'build-7', '--web-identity-token-file', file];
    expect(await run(byFile, { env })).toMatchObject({
      code: 0,
      err: expect.stringContaining(`:assumed-role/${roleName}/build-7`),
    });
    expect((await run(['get', secret], { env })).out).toBe('open sesame');
    const byVariable = [...login, '--profile', 'variable', '--web-identity-token-env', 'CI_TOKEN'];
    expect((await run(byVariable, { env: { ...env, CI_TOKEN: token } })).code).toBe(0);
    expect(await whoami('variable')).toMatch(/\/strongroom-cli\n$/);
    expect(await run([...byVariable, '--profile', 'other'], { env: { ...env, CI_TOKEN: 'no.token.x' } })).toMatchObject({
      code: 4,
      err: expect.stringContaining('InvalidIdentityToken'),
    });
  });

  it('is taken by the agent, with the token in a file, and again when its session has ended', async () => {
    const secret = await system.secret('open sesame');
    const file = join(directory.path, 'agent-token');
    writeFileSync(file, await server.newIdToken());
    const agent = await AgentProcess.start(system.cluster, undefined, {
      AWS_WEB_IDENTITY_TOKEN_FILE: file,
      AWS_ROLE_ARN: login.at(-1)!,
      STRONGROOM_IDENTITY_ADDRESS: system.cluster.endpoint('identity-service'),
    });
    try {
      expect(await agent.read(secret)).toBe('open sesame');
      const { events } = await eventually('the trail has the read', async () => {
        const found = await system.admin.audit.lookupEvents({ filter: { resource: secret, eventName: 'GetSecretValue' } });
        return found.events.length > 0 && found;
      });
      expect(events.map(({ userIdentity }) => userIdentity?.arn)).toEqual([
        expect.stringMatching(`:assumed-role/${roleName}/strongroom-agent$`),
      ]);
      await system.admin.tokens.revokeSessions({ sessions: { $case: 'target', value: entity.role(roleName) } });
      await system.admin.secrets.putSecretValue({ secretId: secret, value: text('open barley') });
      await eventually('it reads by another session', async () => (await agent.read(secret)) === 'open barley');
      expect(agent.lines.join('\n')).not.toContain('open ');
    } finally {
      await agent.stop();
    }
  });

  it('is taken after a person has signed in by browser, and again without the person', async () => {
    // The browser that BROWSER names: a person who follows every link.
    const browser = join(directory.path, 'browser');
    const fixture = resolve('libs/testing/fixtures/browser.mjs');
    writeFileSync(browser, `#!/bin/sh\nexec ${process.execPath} ${fixture} "$1"\n`, { mode: 0o755 });
    const args = [...login, '--profile', 'person', '--issuer', issuer!, '--client-id', 'app-cli'];
    expect(await run(args, { env: { ...env, BROWSER: browser } })).toMatchObject({
      code: 0,
      err: expect.stringContaining(`:assumed-role/${roleName}/strongroom-cli`),
    });
    await run(['logout', '--profile', 'variable'], { env });
    const sessions = { $case: 'target' as const, value: entity.role(roleName) };
    await system.admin.tokens.revokeSessions({ sessions });
    expect(await whoami('person')).toMatch(new RegExp(`:assumed-role/${roleName}/strongroom-cli\n$`));
  });
});
