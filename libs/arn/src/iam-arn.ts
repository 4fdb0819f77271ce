import { invalidParameter } from '@strongroom/errors';
import { type Arn, DEFAULT_PARTITION, formatArn, parseArn } from './arn';

/** The place of an IAM entity: `path` begins and ends with `/`; the default is `/`. */
export interface IamEntity {
  partition?: string;
  account: string;
  path?: string;
  name: string;
}

/** The parts of a principal's or policy's ARN. */
export type IamArn =
  | { kind: 'root'; partition: string; account: string }
  | { kind: 'user' | 'group' | 'role' | 'policy'; partition: string; account: string; path: string; name: string }
  /** STS sessions: the role's ARN has a path, which a session's ARN does not contain. */
  | { kind: 'assumed-role'; partition: string; account: string; role: string; session: string };

const LONGEST_NAME = { user: 64, group: 128, role: 64, policy: 128 } as const;
type EntityKind = keyof typeof LONGEST_NAME;

const NAME = /^[\w+=,.@-]+$/;
/** Any printable ASCII between slashes, at most 512 characters in all. */
const PATH = /^\/([\x21-\x7e]*\/)?$/;
const SESSION = /^[\w+=,.@-]{2,64}$/;

const entityArn =
  (kind: EntityKind) =>
  ({ partition = DEFAULT_PARTITION, account, path = '/', name }: IamEntity): string => {
    checkEntity(kind, path, name, `${kind} ARN`);
    return formatArn(iam(partition, account, `${kind}${path}${name}`, `${kind} ARN`), `${kind} ARN`);
  };

export const userArn = entityArn('user');
export const groupArn = entityArn('group');
export const roleArn = entityArn('role');
export const policyArn = entityArn('policy');

export function rootArn(account: string, partition = DEFAULT_PARTITION): string {
  return formatArn(iam(partition, account, 'root', 'root ARN'), 'root ARN');
}

/** `arn:aws:sts::ACCOUNT:assumed-role/ROLE/SESSION`; a session name is 2 to 64 characters. */
export function assumedRoleArn(parts: { partition?: string; account: string; role: string; session: string }): string {
  checkSession(parts.role, parts.session, 'session ARN');
  const { partition = DEFAULT_PARTITION, account, role, session } = parts;
  const resource = `assumed-role/${role}/${session}`;
  return formatArn({ ...iam(partition, account, resource, 'session ARN'), service: 'sts' }, 'session ARN');
}

/**
 * Reads the ARN of an account's root, a user, group, role, policy or role session.
 * @throws InvalidParameterException that names `field`
 */
export function parseIamArn(text: string, field = 'ARN'): IamArn {
  const { partition, service, region, account, resource } = parseArn(text, field);
  if (region !== '') throw invalidParameter(`${field} must not name a region: IAM has none.`);
  if (account === '') throw invalidParameter(`${field} must name an account of 12 digits.`);
  if (service === 'iam' && resource === 'root') return { kind: 'root', partition, account };
  const slash = resource.indexOf('/');
  const kind = resource.slice(0, Math.max(slash, 0));
  const rest = resource.slice(slash);
  if (service === 'iam' && isEntityKind(kind)) {
    const end = rest.lastIndexOf('/') + 1;
    const path = rest.slice(0, end);
    const name = rest.slice(end);
    checkEntity(kind, path, name, field);
    return { kind, partition, account, path, name };
  }
  if (service === 'sts' && kind === 'assumed-role') {
    const [role = '', session = '', ...more] = rest.slice(1).split('/');
    if (more.length > 0) throw invalidParameter(`${field} must end in assumed-role/ROLE/SESSION.`);
    checkSession(role, session, field);
    return { kind, partition, account, role, session };
  }
  throw invalidParameter(`${field} must be the ARN of an account's root, a user, group, role, policy or role session.`);
}

const isEntityKind = (text: string): text is EntityKind => Object.hasOwn(LONGEST_NAME, text);

function iam(partition: string, account: string, resource: string, field: string): Arn {
  if (account === '') throw invalidParameter(`${field} must name an account of 12 digits.`);
  return { partition, service: 'iam', region: '', account, resource };
}

function checkEntity(kind: EntityKind, path: string, name: string, field: string): void {
  if (path.length > 512 || !PATH.test(path)) {
    throw invalidParameter(
      `${field} has an invalid path: it must be 1 to 512 printable ASCII characters that begin and end with /.`,
    );
  }
  checkName(name, LONGEST_NAME[kind], `${field} has an invalid ${kind} name`);
}

function checkSession(role: string, session: string, field: string): void {
  checkName(role, LONGEST_NAME.role, `${field} has an invalid role name`);
  if (!SESSION.test(session)) {
    throw invalidParameter(
      `${field} has an invalid session name: it must be 2 to 64 letters, digits and the characters _+=,.@-.`,
    );
  }
}

function checkName(name: string, longest: number, subject: string): void {
  if (name.length > longest || !NAME.test(name)) {
    throw invalidParameter(`${subject}: it must be 1 to ${longest} letters, digits and the characters _+=,.@-.`);
  }
}
