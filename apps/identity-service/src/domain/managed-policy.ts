import { policyArn } from '@strongroom/arn';
import { invalidInput, noSuchEntity, renamed, validationError } from './iam-errors';

export interface ManagedPolicy {
  /** `ANPA…`. */
  id: string;
  /** 12 digits, or `aws` for built-in policies. */
  accountId: string;
  name: string;
  path: string;
  description: string;
  /** 1, 2, …: `v1`, `v2`, … */
  defaultVersion: number;
  createDate: Date;
  updateDate: Date;
}

export interface PolicyVersion {
  version: number;
  document: string;
  createDate: Date;
}

/** The parts of a policy's ARN. */
export interface PolicyReference {
  arn: string;
  accountId: string;
  name: string;
}

const ARN = /^arn:aws:iam::(aws|\d{12}):policy\/((?:[\x21-\x7e]*\/)?)([\w+=,.@-]{1,128})$/;

export function parsePolicyArn(arn: string, field = 'policy_arn'): PolicyReference {
  const [, accountId, path, name] = ARN.exec(arn) ?? [];
  if (accountId === undefined || name === undefined || path!.length > 511) {
    throw validationError(`${field} must be the ARN of a managed policy, such as arn:aws:iam::aws:policy/AdministratorAccess.`);
  }
  return { arn, accountId, name };
}

/** For attaching or detaching a policy, where AWS's message for an invalid ARN is shorter. */
export const parseAttachedArn = (arn: string): PolicyReference =>
  renamed(
    () => parsePolicyArn(arn),
    () => validationError('Invalid ARN:  Could not be parsed!'),
  );

export const arnOfPolicy = ({ accountId, path, name }: Pick<ManagedPolicy, 'accountId' | 'path' | 'name'>): string =>
  accountId === 'aws' ? `arn:aws:iam::aws:policy${path}${name}` : policyArn({ account: accountId, path, name });

export const nameOfPolicy = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** Built-in policies change only with the code. */
export function refuseBuiltIn(policy: ManagedPolicy): void {
  if (policy.accountId === 'aws') throw invalidInput('A policy that comes with Strongroom cannot be changed or deleted.');
}

export const versionId = (version: number): string => `v${version}`;

export function parseVersionId(text: string): number {
  const [, digits] = /^v([1-9]\d{0,8})$/.exec(text) ?? [];
  if (digits === undefined) throw validationError('version_id must be v and a number, such as v1.');
  return Number(digits);
}

export const noSuchPolicy = (arn: string) => noSuchEntity(`Policy ${arn} was not found.`);

export const notAttachable = (arn: string) => noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);

export const noSuchVersion = (arn: string, version: string) =>
  noSuchEntity(`Policy ${arn} version ${version} does not exist or is not attachable.`);
