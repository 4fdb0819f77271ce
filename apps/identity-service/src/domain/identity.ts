import { groupArn, roleArn, userArn } from '@strongroom/arn';
import { entityAlreadyExists, noSuchEntity } from './iam-errors';

export type IdentityKind = 'user' | 'group' | 'role';

/** Kind and name: how requests name a user, group or role of the caller's account. */
export interface IdentityName {
  kind: IdentityKind;
  name: string;
}

export interface Tag {
  key: string;
  value: string;
}

/** A user, group or role. */
export interface Identity {
  /** `AIDA…`, `AGPA…`, `AROA…`: unique for all time, unlike the name. */
  id: string;
  accountId: string;
  kind: IdentityKind;
  /** Unique in the account among its kind, ignoring case. */
  name: string;
  path: string;
  createDate: Date;
  /** The ARN of a managed policy; only users and roles have it. */
  permissionsBoundary?: string;
  tags: Tag[];
  role?: RoleParts;
}

/** What only roles have. */
export interface RoleParts {
  trustPolicy: string;
  description: string;
  /** Seconds. */
  maxSessionDuration: number;
}

const ARNS = { user: userArn, group: groupArn, role: roleArn };

export const arnOfIdentity = (identity: Pick<Identity, 'kind' | 'accountId' | 'path' | 'name'>): string =>
  ARNS[identity.kind]({ account: identity.accountId, path: identity.path, name: identity.name });

/** `User`, `Group`, `Role`: how AWS's action names spell the kinds. */
export const KIND_TITLES: Record<IdentityKind, string> = { user: 'User', group: 'Group', role: 'Role' };

export const noSuchIdentity = ({ kind, name }: IdentityName) => noSuchEntity(`The ${kind} with name ${name} cannot be found.`);

export const identityExists = ({ kind, name }: IdentityName) =>
  entityAlreadyExists(`${KIND_TITLES[kind]} with name ${name} already exists.`);
