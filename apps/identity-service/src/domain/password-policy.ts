import { DAY } from '@strongroom/clock';
import { identityNumbers, identityTexts, inRange, obeys } from '@strongroom/field-rules';
import { passwordPolicyViolation, validationError } from './iam-errors';

/** What an account demands of its users' passwords. */
export interface PasswordPolicy {
  minimumPasswordLength: number;
  requireSymbols: boolean;
  requireNumbers: boolean;
  requireUppercaseCharacters: boolean;
  requireLowercaseCharacters: boolean;
  allowUsersToChangePassword: boolean;
  /** Days. */
  maxPasswordAge?: number;
  passwordReusePrevention?: number;
  hardExpiry: boolean;
}

/** Of a policy that says nothing about it. */
const MINIMUM_LENGTH = 6;
/** Of accounts without a policy. */
const DEFAULT_MINIMUM_LENGTH = 8;
const DEFAULT_KINDS = 3;

const SYMBOL = /[!@#$%^&*()_+\-=[\]{}|']/;
const NUMBER = /[0-9]/;
const UPPERCASE = /[A-Z]/;
const LOWERCASE = /[a-z]/;

/** A policy as a request gives it, checked. @throws ValidationError */
export function passwordPolicyOf(
  request: Omit<PasswordPolicy, 'minimumPasswordLength'> & { minimumPasswordLength?: number },
): PasswordPolicy {
  const check = (value: number | undefined, rule: { min: number; max: number }, field: string) => {
    if (value === undefined || inRange(rule, value)) return value;
    throw validationError(`${field} must be ${rule.min} to ${rule.max}.`);
  };
  const length = check(request.minimumPasswordLength, identityNumbers.minimumPasswordLength, 'minimum_password_length');
  return {
    minimumPasswordLength: length ?? MINIMUM_LENGTH,
    requireSymbols: request.requireSymbols,
    requireNumbers: request.requireNumbers,
    requireUppercaseCharacters: request.requireUppercaseCharacters,
    requireLowercaseCharacters: request.requireLowercaseCharacters,
    allowUsersToChangePassword: request.allowUsersToChangePassword,
    maxPasswordAge: check(request.maxPasswordAge, identityNumbers.maxPasswordAge, 'max_password_age'),
    passwordReusePrevention: check(
      request.passwordReusePrevention,
      identityNumbers.passwordReusePrevention,
      'password_reuse_prevention',
    ),
    hardExpiry: request.hardExpiry,
  };
}

export const isPasswordText = (password: string): boolean => obeys(identityTexts.password, password);

/** The form that every password has, whatever the policy. Errors say nothing of what it holds. @throws ValidationError */
export function checkPasswordText(password: string, field: string): string {
  if (!isPasswordText(password)) {
    throw validationError(`${field} must be 1 to 128 characters: tab, line feed, carriage return and U+0020 to U+00FF.`);
  }
  return password;
}

/** Whether a new password obeys the policy of its account. @throws PasswordPolicyViolation */
export function checkNewPassword(
  password: string,
  policy: PasswordPolicy | undefined,
  user: { accountId: string; name: string },
): void {
  const lacks = policy ? lackOf(password, policy) : lackOfDefault(password, user);
  if (lacks !== undefined) throw passwordPolicyViolation(`Password ${lacks}`);
}

function lackOf(password: string, policy: PasswordPolicy): string | undefined {
  const has = (demanded: boolean, pattern: RegExp) => !demanded || pattern.test(password);
  if (password.length < policy.minimumPasswordLength) {
    return `should have a minimum length of ${policy.minimumPasswordLength}`;
  }
  if (!has(policy.requireUppercaseCharacters, UPPERCASE)) return 'should have at least one uppercase letter';
  if (!has(policy.requireLowercaseCharacters, LOWERCASE)) return 'should have at least one lowercase letter';
  if (!has(policy.requireNumbers, NUMBER)) return 'should have at least one number';
  if (!has(policy.requireSymbols, SYMBOL)) return "should have at least one symbol of ! @ # $ % ^ & * ( ) _ + - = [ ] { } | '";
  return undefined;
}

/** AWS's rules for accounts that have no policy. */
function lackOfDefault(password: string, { accountId, name }: { accountId: string; name: string }): string | undefined {
  if (password.length < DEFAULT_MINIMUM_LENGTH) return `should have a minimum length of ${DEFAULT_MINIMUM_LENGTH}`;
  const kinds = [UPPERCASE, LOWERCASE, NUMBER, SYMBOL].filter((kind) => kind.test(password)).length;
  if (kinds < DEFAULT_KINDS) {
    return 'should have at least three of these: an uppercase letter, a lowercase letter, a number, a symbol';
  }
  const same = [accountId, name].some((text) => text.toLowerCase() === password.toLowerCase());
  return same ? "should not be the account's id or the user's name" : undefined;
}

/** Whether a password that was set then must be replaced now. */
export function isExpired(policy: PasswordPolicy | undefined, setAt: Date, now: Date): boolean {
  return policy?.maxPasswordAge !== undefined && now.getTime() >= setAt.getTime() + policy.maxPasswordAge * DAY;
}

/** How many passwords are kept, the one in force included: as many as any policy may forbid. */
export const PASSWORDS_KEPT: number = identityNumbers.passwordReusePrevention.max;
