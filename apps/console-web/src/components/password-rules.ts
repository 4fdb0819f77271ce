import type { PasswordPolicy } from '@strongroom/contracts/strongroom/identity/v1/identity';
import { sessionTexts } from '../texts/session';

const texts = sessionTexts.rules;

/** What a password policy asks for; as the service checks it. */
export type AskedOfPasswords = Pick<
  PasswordPolicy,
  | 'minimumPasswordLength'
  | 'requireUppercaseCharacters'
  | 'requireLowercaseCharacters'
  | 'requireNumbers'
  | 'requireSymbols'
  | 'passwordReusePrevention'
>;

export interface PasswordRule {
  text: string;
  /** undefined: only the service knows. */
  isMet: boolean | undefined;
}

const kinds = {
  uppercase: /[A-Z]/,
  lowercase: /[a-z]/,
  number: /[0-9]/,
  symbol: /[!@#$%^&*()_+\-=[\]{}|']/,
};
/** Of accounts without a policy of their own, as at AWS. */
const DEFAULT_LENGTH = 8;
const DEFAULT_KINDS = 3;

/** The rules for a new password, in words, with whether it meets each. */
export function passwordRules(policy: AskedOfPasswords | undefined, password: string): PasswordRule[] {
  if (!policy) {
    const met = Object.values(kinds).filter((kind) => kind.test(password)).length;
    return [
      { text: texts.length(DEFAULT_LENGTH), isMet: password.length >= DEFAULT_LENGTH },
      { text: texts.kinds(DEFAULT_KINDS), isMet: met >= DEFAULT_KINDS },
    ];
  }
  const rules: PasswordRule[] = [
    { text: texts.length(policy.minimumPasswordLength), isMet: password.length >= policy.minimumPasswordLength },
  ];
  const ask = (isAsked: boolean, text: string, kind: RegExp) => {
    if (isAsked) rules.push({ text, isMet: kind.test(password) });
  };
  ask(policy.requireUppercaseCharacters, texts.uppercase, kinds.uppercase);
  ask(policy.requireLowercaseCharacters, texts.lowercase, kinds.lowercase);
  ask(policy.requireNumbers, texts.number, kinds.number);
  ask(policy.requireSymbols, texts.symbol, kinds.symbol);
  if (policy.passwordReusePrevention) rules.push({ text: texts.reuse(policy.passwordReusePrevention), isMet: undefined });
  return rules;
}
