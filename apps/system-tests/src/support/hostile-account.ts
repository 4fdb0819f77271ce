import { randomUUID } from 'node:crypto';
import type { Api } from './api';
import { everything, trust } from './policies';
import { entity, text, unique, type RunningSystem } from './system';

/** What runs a script where it is taken for HTML; it would say so. */
export const SCRIPT = `<img src=x onerror="reportViolation('a script ran')">`;
/** Turns the direction of what follows, has no room to break, and ends in the middle of a tag. */
const TEXT = `${SCRIPT}\u202Eeviled\u2066${'W'.repeat(200)}</script><svg/onload=reportViolation('a_script_ran')>`;
/** The longest name, without a place to break. */
const LONG = 'n'.repeat(400);

/** A new account where every text that its administrator can choose is hostile. Resolves with that administrator. */
export async function hostileAccount(system: RunningSystem): Promise<Api> {
  const { api, accountId } = await system.account();
  // What tags may hold ends at these characters.
  const tags = [{ key: `_.:/=+-@${'T'.repeat(120)}`, value: `=${'W'.repeat(255)}` }];
  const value = JSON.stringify({ [SCRIPT]: SCRIPT, nul: 'a\0b', [LONG]: 'x'.repeat(60_000) });
  const { secrets, keys, identity } = api;
  await secrets.createSecret({ name: `a/${LONG}`, description: TEXT.repeat(4), value: text(value), tags });
  await secrets.putSecretValue({ secretId: `a/${LONG}`, value: text('\0'.repeat(64)), clientRequestToken: randomUUID() });
  await secrets.createSecret({ name: 'b', description: '\u202Egpj.exe', value: text(SCRIPT) });
  await secrets.deleteSecret({ secretId: 'b' });
  await secrets.createSecret({ name: 'c', value: text('{"engine":"mariadb"}') });
  await secrets.rotateSecret({ secretId: 'c', rotationLambdaArn: 'strongroom-mariadb-single-user' });

  const { keyMetadata } = await keys.createKey({ description: TEXT, tags });
  await keys.createAlias({ aliasName: `alias/${'k'.repeat(240)}`, targetKeyId: keyMetadata!.keyId });

  const userName = 'u'.repeat(64);
  await identity.createUser({ userName, tags });
  await identity.createGroup({ groupName: 'g'.repeat(128) });
  await identity.addUserToGroup({ groupName: 'g'.repeat(128), userName });
  const { policy } = await identity.createPolicy({
    policyName: 'p'.repeat(128),
    description: SCRIPT,
    policyDocument: everything.replace('"Effect"', `"Sid":"${'S'.repeat(100)}","Effect"`),
  });
  await identity.attachPolicy({ target: entity.user(userName), policyArn: policy!.arn });
  await identity.createAccessKey({ userName });
  await identity.createRole({
    roleName: unique('role'),
    description: TEXT.replaceAll(/[^\t\n\r -~\u00A1-\u00FF]/g, '?').slice(0, 1000),
    assumeRolePolicyDocument: trust(`arn:aws:iam::${accountId}:root`),
  });
  return api;
}
