import { AMBIGUOUS, type ContextLookup, type ContextValue } from '@strongroom/policy';
import type { AccessCheck, CallOrigin, Tags } from './access-check';
import type { Caller } from './caller';

interface Surroundings {
  region: string;
  /** Milliseconds since the Unix epoch. */
  now(): number;
}

const PRINCIPAL_TAG = 'aws:principaltag/';
/** `aws:ResourceTag/k`, and the services' own spellings of it, such as `secretsmanager:ResourceTag/k`. */
const RESOURCE_TAG = ':resourcetag/';

/** The condition keys of one check. A value is computed only when a policy asks for it; most never do. */
export const contextOfCheck =
  (call: CallOrigin, check: AccessCheck, surroundings: Surroundings): ContextLookup =>
  (key) =>
    check.context?.[key] ?? (key.startsWith('aws:') ? globalKey(key, call, check, surroundings) : resourceTag(key, check));

function globalKey(
  key: string,
  { caller, peer, userAgent, via }: CallOrigin,
  check: AccessCheck,
  at: Surroundings,
): ContextValue {
  switch (key) {
    case 'aws:sourceip':
      return peer.address;
    case 'aws:useragent':
      return userAgent;
    case 'aws:securetransport':
      return String(peer.insecureTransport !== true);
    case 'aws:currenttime':
      return new Date(at.now()).toISOString();
    case 'aws:epochtime':
      return String(Math.floor(at.now() / 1_000));
    case 'aws:tokenissuetime':
      return caller.issueTime?.toISOString();
    case 'aws:multifactorauthpresent':
      // As in AWS, lasting credentials do not have it at all.
      return caller.issueTime && String(caller.multiFactorAuthTime !== undefined);
    case 'aws:multifactorauthage':
      return caller.multiFactorAuthTime && String(Math.floor((at.now() - caller.multiFactorAuthTime.getTime()) / 1_000));
    case 'aws:requestedregion':
      return at.region;
    case 'aws:resourceaccount':
      return check.resourceAccountId;
    case 'aws:principalarn':
      return caller.roleArn ?? (caller.arn || undefined);
    case 'aws:principalaccount':
      return hasAccount(caller) ? caller.accountId : undefined;
    case 'aws:principaltype':
      return PRINCIPAL_TYPES[caller.kind];
    case 'aws:principalisawsservice':
      return String(caller.kind === 'service');
    case 'aws:principalservicename':
      return caller.kind === 'service' ? caller.principal.arn : undefined;
    case 'aws:userid':
      return caller.userId;
    case 'aws:username':
      return caller.kind === 'user' ? caller.userName : undefined;
    case 'aws:viaawsservice':
      return String(via !== undefined);
    case 'aws:calledvia':
      return via === undefined ? undefined : [`${via}.amazonaws.com`];
    case 'aws:calledviafirst':
    case 'aws:calledvialast':
      return via && `${via}.amazonaws.com`;
    case 'aws:federatedprovider':
      return caller.principal.federatedProvider;
    default:
      return key.startsWith(PRINCIPAL_TAG) ? tagValue(caller.tags, key.slice(PRINCIPAL_TAG.length)) : resourceTag(key, check);
  }
}

const PRINCIPAL_TYPES = { user: 'User', 'assumed-role': 'AssumedRole', service: 'Service', 'web-identity': undefined } as const;
const hasAccount = ({ kind }: Caller): boolean => kind === 'user' || kind === 'assumed-role';

function resourceTag(key: string, check: AccessCheck): ContextValue {
  if (check.resourceTags === undefined) return undefined;
  const at = key.indexOf(RESOURCE_TAG);
  return at < 0 ? undefined : tagValue(check.resourceTags, key.slice(at + RESOURCE_TAG.length));
}

/** `name` is in lower case, as condition keys are; the tags' keys are as they were written. */
function tagValue(tags: Tags, name: string): ContextValue {
  let found: string | undefined;
  for (const [key, value] of isMap(tags) ? tags : Object.entries(tags)) {
    if (key.toLowerCase() !== name) continue;
    if (found !== undefined && found !== value) return AMBIGUOUS;
    found = value;
  }
  return found;
}

const isMap = (tags: Tags): tags is ReadonlyMap<string, string> => tags instanceof Map;
