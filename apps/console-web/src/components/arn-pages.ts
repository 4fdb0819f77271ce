import type { LinkProps } from '@tanstack/react-router';

type Target = Pick<LinkProps, 'to' | 'params' | 'search'>;

/** `arn:partition:service:region:account:resource`; the resource may contain colons. */
const parts = (arn: string) => {
  const [, , service = '', , account = '', ...rest] = arn.split(':');
  return { service, account, resource: rest.join(':') };
};

/** A secret's ARN ends with its name, a hyphen, and six characters. */
const SUFFIX = /-[A-Za-z0-9]{6}$/;

/** What names the thing within its account, such as `user/ann`, or a secret's name. */
export function shortArn(arn: string): string {
  if (!arn.startsWith('arn:')) return arn;
  const { service, resource, account } = parts(arn);
  if (service === 'secretsmanager') return resource.replace(/^secret:/, '').replace(SUFFIX, '');
  if (resource === 'root') return `account ${account}`;
  return resource;
}

/** The page of what an ARN names; undefined where there is none. */
export function pageOfArn(arn: string): Target | undefined {
  const { service, resource } = parts(arn);
  const [kind = '', ...path] = resource.split('/');
  if (service === 'secretsmanager' && resource.startsWith('secret:')) {
    return { to: '/secrets/$name', params: { name: shortArn(arn) } };
  }
  if (service === 'kms' && kind === 'key') return { to: `/keys/${encodeURIComponent(path.join('/'))}` as never };
  if (service === 'iam' && ['user', 'role', 'group', 'policy'].includes(kind)) {
    const area = kind === 'policy' ? 'policies' : `${kind}s`;
    return { to: `/access/${area}/${encodeURIComponent(kind === 'policy' ? arn : (path.at(-1) ?? ''))}` as never };
  }
  return undefined;
}
