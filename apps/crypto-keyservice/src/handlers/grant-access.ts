import type { Caller } from '@strongroom/access';
import { rootArn } from '@strongroom/arn';
import type { Grant } from '../domain/grant';
import { allowing, type GrantedUse } from '../domain/grant-limits';
import { isGenuine, readGrantTokens } from '../domain/hashing/grant-token';
import type { GrantReader } from '../domain/grants.port';
import { invalidGrantToken } from '../domain/key-errors';
import { keyOperations, type KeyOperation, type KeyOperationName } from '../domain/key-operations';

/** What grants say about a call, in the form of a policy that takes the place of the key's. */
export class GrantAccess {
  constructor(private readonly grants: GrantReader) {}

  /** A policy that names whom grants of the key allow this use, as far as they are the caller; undefined if they are not. */
  async policyFor(caller: Caller, operation: KeyOperationName, keyId: string, use: GrantedUse): Promise<string | undefined> {
    const { grantable }: KeyOperation = keyOperations[operation];
    const grantees = granteesThatAre(caller);
    if (!grantable || grantees.length === 0) return undefined;
    const grants = allowing(await this.grants.to(grantees, keyId, operation), operation, use);
    return grants.length === 0 ? undefined : policyAllowing(grants.map(({ grantee }) => grantee));
  }

  /**
   * A grant counts with or without its token, because there is one database; but a token that is not one is an error, as in KMS.
   * @throws DomainError ValidationException, InvalidGrantTokenException
   */
  async requireTokens(tokens: readonly string[]): Promise<void> {
    const read = readGrantTokens(tokens);
    const genuine = await Promise.all(read.map(async (token) => isGenuine(token, await this.grants.tokenKey(token.grantId))));
    if (!genuine.every(Boolean)) throw invalidGrantToken();
  }
}

/**
 * A policy that names who may retire the grant. Of a grant that does not exist the key's account may know so.
 */
export function policyOfRetirement(keyAccountId: string, grant: Grant | undefined): string {
  const accounts = [keyAccountId, ...(grant ? [grant.issuingAccountId] : [])].map((accountId) => rootArn(accountId));
  if (!grant) return policyAllowing(accounts);
  const { grantee, retiring, operations } = grant;
  const named = [...(retiring === undefined ? [] : [retiring]), ...(operations.includes('RetireGrant') ? [grantee] : [])];
  return policyAllowing([...named, ...accounts]);
}

/** What grants may name that is the caller: a grant to a role is one to its sessions. */
function granteesThatAre({ kind, principal, accountId, roleArn }: Caller): string[] {
  switch (kind) {
    case 'service':
      return [principal.arn];
    case 'user':
      return [principal.arn, rootArn(accountId)];
    case 'assumed-role':
      return [principal.arn, roleArn!, rootArn(accountId)];
    case 'web-identity':
      return [];
  }
}

/** The operation and its circumstances have been compared already. */
function policyAllowing(principals: readonly string[]): string {
  const names = [...new Set(principals)].sort();
  const AWS = names.filter((name) => name.startsWith('arn:'));
  const Service = names.filter((name) => !name.startsWith('arn:'));
  const Principal = { ...(AWS.length > 0 && { AWS }), ...(Service.length > 0 && { Service }) };
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*' }],
  });
}
