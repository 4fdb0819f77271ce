import { invalidParameter } from '@strongroom/errors';

/** The parts of `arn:partition:service:region:account:resource`. Region and account are '' if the service has none. */
export interface Arn {
  partition: string;
  service: string;
  region: string;
  /** 12 digits, or ''. */
  account: string;
  /** Everything after the fifth colon, including further colons. */
  resource: string;
}

export const DEFAULT_PARTITION = 'aws';

const PARTITION = /^aws(-[a-z]+)*$/;
const SERVICE = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const REGION = /^([a-z0-9]+(-[a-z0-9]+)*)?$/;
const ACCOUNT = /^([0-9]{12})?$/;
/** Longer than any ARN that Strongroom creates; AWS's own limit for a secret id. */
const MAX_LENGTH = 2048;

export function isArn(text: string): boolean {
  return text.startsWith('arn:');
}

/** Parses an ARN without wildcards. @throws InvalidParameterException that names `field` and the rule broken */
export function parseArn(text: string, field = 'ARN'): Arn {
  if (text.length > MAX_LENGTH) throw invalidParameter(`${field} must have at most ${MAX_LENGTH} characters.`);
  const [prefix, partition, service, region, account, ...rest] = text.split(':');
  if (prefix !== 'arn' || partition === undefined || service === undefined || region === undefined || account === undefined) {
    throw invalidParameter(`${field} must have the form arn:partition:service:region:account:resource.`);
  }
  return checkArn({ partition, service, region, account, resource: rest.join(':') }, field);
}

/** Writes an ARN, checking each part by the same rules as `parseArn`. */
export function formatArn(arn: Arn, field = 'ARN'): string {
  checkArn(arn, field);
  return `arn:${arn.partition}:${arn.service}:${arn.region}:${arn.account}:${arn.resource}`;
}

function checkArn(arn: Arn, field: string): Arn {
  const rule = (name: string, demand: string) => invalidParameter(`${field} has an invalid ${name}: it must be ${demand}.`);
  if (!PARTITION.test(arn.partition)) throw rule('partition', 'aws, or aws- and lower-case letters');
  if (!SERVICE.test(arn.service)) throw rule('service', 'lower-case letters, digits and single hyphens');
  if (!REGION.test(arn.region)) throw rule('region', 'empty, or lower-case letters, digits and single hyphens');
  if (!ACCOUNT.test(arn.account)) throw rule('account', 'empty or 12 digits');
  if (arn.resource === '') throw rule('resource', 'at least one character');
  return arn;
}
