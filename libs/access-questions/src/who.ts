import { parseIamArn } from '@strongroom/arn';
import { isDomainError } from '@strongroom/errors';
import { malformed } from './access-question-error';

/** Somebody who calls. */
export interface Who {
  kind: 'user' | 'role';
  /** Without its path. */
  name: string;
  accountId: string;
  /** Of a role's session, if one was named. */
  session?: string;
  /** A user's or role's ARN, if it was given. */
  arn?: string;
}

/** Whom a call is about: `user/ann`, `role/deploy`, the ARN of a user, role or role session. */
export const parseWho = (text: string, accountId: string): Who => {
  const short = /^(user|role)\/(?:.*\/)?([^/]+)$/.exec(text);
  if (short && !text.startsWith('arn:')) return { kind: short[1] as Who['kind'], name: short[2]!, accountId };
  if (!text.startsWith('arn:')) {
    throw malformed(`WHO must be me, user/NAME, role/NAME or the ARN of a user, role or role session; not ${text}.`);
  }
  try {
    const arn = parseIamArn(text, 'WHO');
    if (arn.kind === 'assumed-role') return { kind: 'role', name: arn.role, session: arn.session, accountId: arn.account };
    if (arn.kind === 'user' || arn.kind === 'role') return { kind: arn.kind, name: arn.name, accountId: arn.account, arn: text };
    throw malformed(`WHO must be somebody who can call: a user, a role or a role session, not a ${arn.kind}.`);
  } catch (error) {
    if (isDomainError(error)) throw malformed(error.message);
    throw error;
  }
};
