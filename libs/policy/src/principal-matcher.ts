import { parseArn, parseIamArn } from '@strongroom/arn';
import { isDomainError } from '@strongroom/errors';
import { readStrings } from './elements';
import type { RequestPrincipal } from './model';
import { quote, type Report } from './report';
import { child, isObject, type JsonValue } from './strict-json';

/**
 * How closely a Principal element names the caller, which decides what else must agree:
 * - ACCOUNT: it names the account, which leaves it to the account's identity policies;
 * - ENTITY: it names the role (or user) behind a session: boundary and session policies still limit the grant;
 * - CALLER: it names the caller as such, or everybody: the grant stands alone.
 */
export const Grade = { NONE: 0, ACCOUNT: 1, ENTITY: 2, CALLER: 3 } as const;
export type Grade = (typeof Grade)[keyof typeof Grade];

export interface PrincipalNames {
  anyone: boolean;
  /** Account ids, from bare ids and from the ARNs of roots. */
  accounts: Set<string>;
  /** Users, roles and role sessions. */
  arns: Set<string>;
  services: Set<string>;
  federated: Set<string>;
}

export class PrincipalMatcher {
  constructor(
    readonly names: PrincipalNames,
    readonly negated: boolean,
  ) {}

  /** `narrowed`: the caller's session has session policies, so its user's ARN names the entity behind it. */
  grant(caller: RequestPrincipal, narrowed: boolean): Grade {
    if (this.negated) return this.names.anyone || this.gradeOf(caller, narrowed) !== Grade.NONE ? Grade.NONE : Grade.CALLER;
    return this.names.anyone ? Grade.CALLER : this.gradeOf(caller, narrowed);
  }

  /**
   * Whether a Deny with this element applies. A NotPrincipal spares a caller only if it lists everything that the caller is,
   * including account and role, and never a caller with a permissions boundary.
   */
  denies(caller: RequestPrincipal, hasBoundary: boolean): boolean {
    if (!this.negated) return this.names.anyone || this.gradeOf(caller, false) !== Grade.NONE;
    return hasBoundary || !(this.names.anyone || this.listsAll(caller));
  }

  private gradeOf(caller: RequestPrincipal, narrowed: boolean): Grade {
    const { accounts, arns, services, federated } = this.names;
    switch (caller.kind) {
      case 'root':
        if (accounts.has(caller.accountId)) return Grade.CALLER;
        break;
      case 'user':
        if (arns.has(caller.arn)) return narrowed ? Grade.ENTITY : Grade.CALLER;
        break;
      case 'assumed-role':
        if (arns.has(caller.arn)) return Grade.CALLER;
        if (caller.roleArn !== undefined && arns.has(caller.roleArn)) return Grade.ENTITY;
        break;
      case 'service':
        return services.has(caller.arn) ? Grade.CALLER : Grade.NONE;
      case 'anonymous':
        break;
    }
    if (caller.federatedProvider !== undefined && federated.has(caller.federatedProvider)) {
      return caller.kind === 'anonymous' ? Grade.CALLER : Grade.ENTITY;
    }
    return caller.accountId !== '' && accounts.has(caller.accountId) ? Grade.ACCOUNT : Grade.NONE;
  }

  private listsAll(caller: RequestPrincipal): boolean {
    const { accounts, arns } = this.names;
    switch (caller.kind) {
      case 'root':
        return accounts.has(caller.accountId);
      case 'user':
        return accounts.has(caller.accountId) && arns.has(caller.arn);
      case 'assumed-role':
        return accounts.has(caller.accountId) && arns.has(caller.arn) && caller.roleArn !== undefined && arns.has(caller.roleArn);
      default:
        return this.gradeOf(caller, false) !== Grade.NONE;
    }
  }
}

const ACCOUNT_ID = /^[0-9]{12}$/;
const SERVICE = /^[a-z0-9-]+(\.[a-z0-9-]+)+$/;

/** Compiles a Principal or NotPrincipal element. */
export function compilePrincipals(element: JsonValue, place: string, negated: boolean, report: Report): PrincipalMatcher {
  const names: PrincipalNames = {
    anyone: element === '*',
    accounts: new Set(),
    arns: new Set(),
    services: new Set(),
    federated: new Set(),
  };
  if (isObject(element)) {
    if (element.size === 0) report.error(place, 'must name at least one principal');
    for (const [type, value] of element) addPrincipals(names, type, value, child(place, type), report);
  } else if (element !== '*') {
    report.error(place, 'must be "*" or an object with AWS, Service or Federated');
  }
  return new PrincipalMatcher(names, negated);
}

function addPrincipals(names: PrincipalNames, type: string, value: JsonValue, place: string, report: Report): void {
  if (type === 'CanonicalUser')
    return report.error(place, 'is not supported: only Amazon S3 knows canonical users; name the account');
  const add = ADDERS.get(type);
  if (!add) return report.error(place, 'is not a type of principal: AWS, Service or Federated');
  for (const item of readStrings(value, place, report)) {
    const broken = add(names, item.text);
    if (broken !== undefined) report.error(item.place, `${broken} (found ${quote(item.text)})`);
  }
}

/** Each adds one principal, or returns the rule that it breaks. */
const ADDERS = new Map<string, (names: PrincipalNames, text: string) => string | undefined>([
  ['AWS', addAws],
  [
    'Service',
    (names, text) => {
      if (!isServiceName(text)) return 'must be the name of a service, such as rotation.strongroom.internal, without wildcards';
      names.services.add(text);
      return undefined;
    },
  ],
  [
    'Federated',
    (names, text) => {
      if (!/^[^*?\s]+$/.test(text)) return 'must be the ARN or the domain of an identity provider, without wildcards';
      names.federated.add(text);
      return undefined;
    },
  ],
]);

function addAws(names: PrincipalNames, text: string): string | undefined {
  if (text === '*') {
    names.anyone = true;
    return undefined;
  }
  if (/[*?]/.test(text)) return 'must not have wildcards, other than "*" alone';
  if (ACCOUNT_ID.test(text)) {
    names.accounts.add(text);
    return undefined;
  }
  if (!text.startsWith('arn:')) return 'must be "*", an account id of 12 digits, or an ARN';
  const read = readPrincipalArn(text);
  if ('broken' in read) return read.broken;
  if (read.account === undefined) names.arns.add(text);
  else names.accounts.add(read.account);
  return undefined;
}

/**
 * The rule that a text breaks as the ARN of somebody who can make requests: an account's root, a user, a role, or a session of
 * either; undefined if it is one.
 */
export function principalArnFault(text: string): string | undefined {
  const read = readPrincipalArn(text);
  return 'broken' in read ? read.broken : undefined;
}

/** `account`: it is the ARN of that account's root. */
function readPrincipalArn(text: string): { broken: string } | { account?: string } {
  try {
    // Sessions of GetFederationToken, which no caller of Strongroom has.
    const { service, account, resource } = parseArn(text);
    if (service === 'sts' && account !== '' && resource.startsWith('federated-user/')) return {};
    const arn = parseIamArn(text);
    if (arn.kind === 'group' || arn.kind === 'policy') return { broken: `must not be a ${arn.kind}: it cannot make a request` };
    return arn.kind === 'root' ? { account: arn.account } : {};
  } catch (error) {
    if (isDomainError(error)) return { broken: `must name a principal: ${error.message.replace(/\.$/, '')}` };
    throw error;
  }
}

/** Whether the text can name a service in a Principal element, such as `rotation.strongroom.internal`. */
export const isServiceName = (text: string): boolean => SERVICE.test(text);
