import type { AssumeRoleWithWebIdentityRequest } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { tokenService } from '@strongroom/methods';
import { arnOfProvider, isIssuer } from '../domain/oidc-provider';
import { issuerOf, noProvider, type VerifiedWebIdentity, webIdentityOf } from '../domain/web-identity';
import { roleOf } from './begin-role-session';
import type { Dependencies } from './dependencies';
import { Identified, type Refused } from './identify';

const identities = new Identified<AssumeRoleWithWebIdentityRequest, VerifiedWebIdentity>(
  tokenService.contract.assumeRoleWithWebIdentity,
);

/** The web identity that the token of AssumeRoleWithWebIdentity proves. */
export const identifiedWebIdentity = identities.of.bind(identities);

/**
 * Asks an issuer only if the role's account has a provider for it and the operator trusts it, so that nobody can make this
 * service call other hosts.
 */
export const identifyWebIdentity = (d: Pick<Dependencies, 'store' | 'webIdentities'>, refused: Refused) =>
  identities.around(async ({ roleArn, webIdentityToken: token }, { deadline }) => {
    const { account } = roleOf(roleArn);
    const issuer = issuerOf(token);
    // Nobody could have created a provider for something that is no issuer.
    if (!isIssuer(issuer)) throw noProvider(issuer);
    const arn = arnOfProvider(account, issuer);
    const provider = await d.store.read(deadline, (stored) => stored.oidcProviders.find(arn));
    if (provider?.issuer !== issuer || !d.webIdentities.trusts(issuer)) throw noProvider(issuer);
    return webIdentityOf(await d.webIdentities.verify(token, issuer), provider);
  }, refused);
