import { compilePolicy } from './compile';
import type { CompiledPolicy, PolicySet } from './compiled-policy';
import { contextOf } from './context';
import type { AuthorizationRequest, ContextValue, Decision, PolicyKind, RequestPrincipal } from './model';

export const OWN = '111111111111';
export const OTHER = '222222222222';
export const ACTION = 'secretsmanager:GetSecretValue';
export const SECRET = `arn:aws:secretsmanager:us-east-1:${OWN}:secret:prod/db-a1B2c3`;

export const CALLERS = {
  user: { kind: 'user', arn: `arn:aws:iam::${OWN}:user/alice`, accountId: OWN },
  session: {
    kind: 'assumed-role',
    arn: `arn:aws:sts::${OWN}:assumed-role/api/i-1`,
    accountId: OWN,
    roleArn: `arn:aws:iam::${OWN}:role/svc/api`,
  },
  root: { kind: 'root', arn: `arn:aws:iam::${OWN}:root`, accountId: OWN },
  service: { kind: 'service', arn: 'rotation.strongroom.internal', accountId: '' },
  anonymous: { kind: 'anonymous', arn: '', accountId: '' },
} satisfies Record<string, RequestPrincipal>;
export type Caller = keyof typeof CALLERS;

export const compile = (kind: PolicyKind, ...statements: object[]): CompiledPolicy =>
  compilePolicy(JSON.stringify({ Version: '2012-10-17', Statement: statements }), kind);
export const about = (Effect: string) => ({ Sid: Effect, Effect, Action: ACTION, Resource: '*' });
export const SILENT = { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' };

export const request = (
  caller: RequestPrincipal,
  resourceAccountId: string,
  values: Record<string, ContextValue> = {},
): AuthorizationRequest => ({
  action: ACTION,
  resource: SECRET.replace(OWN, resourceAccountId),
  principal: caller,
  resourceAccountId,
  context: contextOf(values),
});

export const own = (kind: PolicyKind, says: 'allows' | 'denies' | 'is silent'): CompiledPolicy =>
  compile(kind, says === 'allows' ? about('Allow') : says === 'denies' ? about('Deny') : SILENT);

/** Ways for a resource policy to name the caller. */
export const names = (caller: RequestPrincipal, whom: string): object => {
  switch (whom) {
    case 'account':
      return { AWS: caller.accountId };
    case 'account root':
      return { AWS: `arn:aws:iam::${caller.accountId}:root` };
    case 'role':
      return { AWS: caller.roleArn };
    case 'caller':
      return caller.kind === 'service' ? { Service: caller.arn } : { AWS: caller.arn };
    case 'everybody':
      return { AWS: '*' };
    default:
      return { AWS: `arn:aws:iam::${OWN}:user/somebody-else` };
  }
};

export const resource = (caller: RequestPrincipal, whom: string, effect = 'Allow'): CompiledPolicy =>
  compile('resource', { ...about(effect), Principal: names(caller, whom) });

export const said = ({ allowed, reason, by }: Decision) => (allowed ? `allowed by ${by}` : `${reason} by ${by}`);

export type Says = 'allows' | 'denies' | 'is silent' | 'none';
export interface Row {
  caller: Caller;
  identity?: Says;
  /** Whom the resource policy allows. */
  grants?: string;
  boundary?: Says;
  session?: Says;
  then: string;
}

export const setOf = ({
  caller,
  identity = 'none',
  grants = 'none',
  boundary = 'none',
  session = 'none',
}: Omit<Row, 'then'>): PolicySet => ({
  identity: identity === 'none' ? [] : [own('identity', 'is silent'), own('identity', identity)],
  ...(boundary === 'none' ? {} : { boundary: own('boundary', boundary) }),
  ...(session === 'none' ? {} : { session: [own('session', 'is silent'), own('session', session)] }),
  ...(grants === 'none' ? {} : { resource: resource(CALLERS[caller], grants) }),
});
