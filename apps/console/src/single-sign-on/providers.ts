import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { ConfigError, readSecretFile } from '@strongroom/config';

const VARIABLE = 'STRONGROOM_CONSOLE_PROVIDERS_FILE';

const isIssuer = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, search, hash } = new URL(text);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && (hostname === 'localhost' || hostname === '127.0.0.1'));
  return isSafe && search === '' && hash === '';
};

const text = z.string().min(1).max(1_024);
const roleRule = z.union(
  [
    z.strictObject({ roleArn: text, claim: text, value: text }),
    z.strictObject({ roleArn: text, claim: z.undefined().optional(), value: z.undefined().optional() }),
  ],
  { error: 'must have roleArn and, unless it is for everybody, claim and value' },
);
const provider = z.strictObject({
  name: z.string().regex(/^[a-z0-9-]{1,32}$/, 'must be 1 to 32 lower-case letters, digits and "-"'),
  title: z.string().min(1).max(64),
  issuer: z.string().refine(isIssuer, { error: 'must be an https URL, or an http URL of this machine' }),
  clientId: text,
  clientSecretFile: text.optional(),
  scopes: z.array(text).max(20).default(['openid', 'email', 'profile']),
  sessionNameClaim: text.default('email'),
  roles: z.array(roleRule).min(1).max(100),
});
const file = z.strictObject({ providers: z.array(provider).max(10) });

/** An OpenID Connect provider whose people may sign in. */
export interface Provider {
  /** Stands in addresses. */
  readonly name: string;
  /** What people know it by. */
  readonly title: string;
  readonly issuer: string;
  readonly clientId: string;
  /** Absent: the console is a public client there. */
  readonly clientSecret?: string;
  readonly scopes: readonly string[];
  /** The claim that names the role session; `sub` where it is missing. */
  readonly sessionNameClaim: string;
  /** The first that fits says which role a person gets. */
  readonly roles: readonly RoleRule[];
}

/** Of those whose claim is, or contains, the value; without a claim, of everybody. */
export interface RoleRule {
  readonly roleArn: string;
  readonly claim?: string | undefined;
  readonly value?: string | undefined;
}

/** The providers that the operator's YAML file describes. @throws ConfigError */
export function readProvidersFile(path: string | undefined): readonly Provider[] {
  if (path === undefined) return [];
  const refuse = (rule: string): never => {
    throw new ConfigError([`${VARIABLE}: ${rule}`]);
  };
  let content: string;
  try {
    content = readFileSync(path, 'utf8');
  } catch (error) {
    return refuse(`the file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`);
  }
  const document = parseDocument(content);
  if (document.errors.length > 0) return refuse('the file is no YAML');
  const read = file.safeParse(document.toJS());
  if (!read.success) {
    const [issue] = read.error.issues;
    return refuse(`${issue!.path.join('.') || 'the file'}: ${issue!.message}`);
  }
  const { providers } = read.data;
  const names = new Set(providers.map(({ name }) => name));
  if (names.size < providers.length) return refuse('providers: each must have a name of its own');
  return providers.map(({ clientSecretFile, ...rest }) => ({
    ...rest,
    ...(clientSecretFile !== undefined && { clientSecret: readSecretFile(clientSecretFile, `${VARIABLE}: clientSecretFile`) }),
  }));
}

/** The role of a person with these claims; undefined: none. */
export function roleOf({ roles }: Provider, claims: Readonly<Record<string, unknown>>): string | undefined {
  return roles.find(({ claim, value }) => {
    if (claim === undefined) return true;
    const has = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
    return Array.isArray(has) ? has.includes(value) : has === value;
  })?.roleArn;
}

/** What names the role session of a person with these claims: 2 to 64 letters, digits and `_=,.@-`, as STS wants it. */
export function sessionNameOf(
  { sessionNameClaim }: Provider,
  claims: Readonly<Record<string, unknown>> & { sub: string },
): string {
  const claim = Object.hasOwn(claims, sessionNameClaim) ? claims[sessionNameClaim] : undefined;
  const name = (typeof claim === 'string' && claim !== '' ? claim : claims.sub).replace(/[^\w+=,.@-]/g, '-').slice(0, 64);
  return name.padEnd(2, '-');
}
