import { Authorizer, type CallOrigin, type Explanation } from '@strongroom/access';
import { rootArn } from '@strongroom/arn';
import { systemClock } from '@strongroom/clock';
import type { GrantListEntry } from '@strongroom/contracts/strongroom/keys/v1/keys';
import { AMBIGUOUS, type ContextValue } from '@strongroom/policy';
import type { AccessSource } from './access-source';
import { type Action, textOf } from './action';
import { nameOf } from './policy-source';
import type { KnownPrincipal } from './principals';
import { known, type Target, type Targets } from './target';
import type { Assumption, DecidingPolicy, Verdict } from './verdict';

type Context = Readonly<Record<string, ContextValue>>;

/** Decides as the services do, by the policies that were read, and says why. */
export class Judge {
  private readonly grants = new Map<string, Promise<GrantListEntry[]>>();

  constructor(
    private readonly strongroom: AccessSource,
    private readonly targets: Targets,
    private readonly signal: AbortSignal,
    /** Condition keys of the call, in lower case. */
    private readonly given: Context,
  ) {}

  async judge(principal: KnownPrincipal, action: Action, target: Target): Promise<Verdict> {
    const verdict = await this.decide(principal, action, target);
    const use = verdict.decision === 'denied' || target.keyArn === undefined ? undefined : KEY_USES[textOf(action)];
    if (use === undefined) return verdict;
    const key = await this.targets.key(target.keyArn!);
    const needs = await this.decide(principal, { service: 'kms', name: use, isKnown: true }, key, {
      via: 'secretsmanager',
      context: { 'kms:encryptioncontext:secretarn': target.arn, 'kms:encryptioncontextkeys': ['SecretARN', 'SecretVersionId'] },
    });
    return { ...verdict, needs };
  }

  private async decide(
    principal: KnownPrincipal,
    action: Action,
    target: Target,
    { via, context = {} }: { via?: string; context?: Context } = {},
  ): Promise<Verdict> {
    const region = target.arn.split(':')[3] || 'us-east-1';
    const origin: CallOrigin = { caller: principal.caller, peer: { address: '' }, userAgent: '', via };
    const check = target.check(origin, action, { ...context, ...this.given });
    const explanation = new Authorizer({ region, clock: systemClock }).explain(origin, check);
    const verdict: Verdict = {
      who: principal.arn,
      action: textOf(action),
      resource: target.arn,
      ...this.words(principal, action, target, explanation),
      assumed: assumptions(explanation, this.given, principal, via),
      notes: [...target.notes, ...(action.isKnown ? [] : ['Strongroom has no such action.'])],
    };
    const isImplicit = verdict.decision === 'denied' && verdict.denial === 'implicit';
    return isImplicit && action.service === 'kms' ? this.withGrants(principal, action, target, verdict) : verdict;
  }

  private words(
    principal: KnownPrincipal,
    action: Action,
    target: Target,
    { decision, statement }: Explanation,
  ): Pick<Verdict, 'decision' | 'denial' | 'because' | 'policy'> {
    const source = statement && (principal.sources.get(statement.policy) ?? target.policy?.source);
    const policy: DecidingPolicy | undefined = statement &&
      source && { ...source, statement: statement.place, sid: statement.sid, effect: statement.effect };
    const place =
      policy && `${policy.sid === undefined ? policy.statement! : `${policy.statement!} (${policy.sid})`} of ${nameOf(policy)}`;
    if (decision.reason === 'explicit-deny') {
      const because = place
        ? `${place} denies it.`
        : 'A policy asks for a condition key that has two values here, or takes too much work to decide.';
      return { decision: 'denied', denial: 'explicit', because, policy };
    }
    if (!decision.allowed) return { decision: 'denied', denial: 'implicit', ...missing(principal, target, decision.by) };
    if (principal.isForeign) {
      const account = principal.who.accountId;
      const because = `The identity policies of account ${account} decide, which only that account can read${place ? `; here, ${place} allows it` : ''}.`;
      return { decision: 'unknown', because, policy };
    }
    const { boundary } = principal.caller;
    const limits = boundary ? ' The permissions boundary allows it, too.' : '';
    return { decision: 'allowed', because: `${place ?? 'A policy'} allows it.${limits}`, policy };
  }

  /** Read once, however many callers are judged. */
  private grantsOf(keyId: string): Promise<GrantListEntry[]> {
    const reading =
      this.grants.get(keyId) ??
      known(this.strongroom.keys.listGrants({ keyId }, { signal: this.signal }).all(), 'kms:ListGrants', keyId);
    this.grants.set(keyId, reading);
    return reading;
  }

  /** A grant of a key may allow what policies do not. */
  private async withGrants(principal: KnownPrincipal, { name }: Action, target: Target, verdict: Verdict): Promise<Verdict> {
    const { caller, who } = principal;
    const grantees = [caller.principal.arn, caller.roleArn, rootArn(who.accountId)];
    const all = await this.grantsOf(target.arn);
    const fitting = all.filter(
      ({ granteePrincipal, operations }) => grantees.includes(granteePrincipal) && operations.includes(name),
    );
    // One to the account only passes on what its identity policies say, and nothing of these allowed it.
    const toCaller = fitting.filter(({ granteePrincipal }) => granteePrincipal !== rootArn(who.accountId));
    const limited = caller.boundary !== undefined && caller.kind === 'assumed-role';
    const [free] = toCaller.filter(({ constraints }) => isFree(constraints) && !limited);
    if (free) {
      const policy: DecidingPolicy = { kind: 'grant', name: free.name || free.grantId, arn: target.arn, of: `key ${target.arn}` };
      return {
        ...verdict,
        decision: 'allowed',
        denial: undefined,
        because: `The grant ${free.grantId} of the key allows it.`,
        policy,
      };
    }
    if (fitting.length === 0) return verdict;
    const ids = fitting.map(({ grantId }) => grantId).join(', ');
    return {
      ...verdict,
      notes: [...verdict.notes, `A grant may allow it, depending on its constraints and on boundaries: ${ids}.`],
    };
  }
}

/** What a call on a secret under a customer key asks of that key. */
const KEY_USES: Readonly<Record<string, string>> = {
  'secretsmanager:GetSecretValue': 'Decrypt',
  'secretsmanager:PutSecretValue': 'GenerateDataKey',
};

const isFree = (constraints: object | undefined): boolean =>
  constraints === undefined ||
  Object.values(constraints).every((one) => one === undefined || Object.keys(one as object).length === 0);

const missing = (
  { who, caller, sources, isForeign }: KnownPrincipal,
  target: Target,
  by: string | undefined,
): Pick<Verdict, 'because' | 'policy'> => {
  if (by === 'boundary') {
    const policy = sources.get(caller.boundary!);
    return {
      because: `Identity policies allow it, but ${policy ? nameOf(policy) : 'the permissions boundary'} does not.`,
      policy,
    };
  }
  if (by === 'resource' || by === 'trust') {
    const own = target.policy?.source;
    const because = own ? `${nameOf(own)} does not allow it` : `${target.arn} has no policy that allows it`;
    return { because: `${because[0]!.toUpperCase()}${because.slice(1)}, which is needed here.`, policy: own };
  }
  const count = isForeign ? 0 : new Set(sources.values()).size - (caller.boundary ? 1 : 0);
  const read = count === 0 ? 'there is none' : `${count} ${count === 1 ? 'was' : 'were'} read`;
  return {
    because: `No identity policy of ${who.kind} ${who.name} allows it (${read}), and no policy of the resource names them.`,
  };
};

/** Keys whose values follow from who calls, and from what is called. */
const KNOWN =
  /^(aws:(principal(arn|account|type|isawsservice|servicename)|username|resourceaccount|requestedregion|federatedprovider|resourcetag\/.*)|(secretsmanager|kms|iam):resourcetag\/.*|secretsmanager:(secretid|secretprimaryregion|resource\/allowrotationlambdaarn)|kms:(calleraccount|viaservice|keyspec|keyusage|customermasterkeyspec|customermasterkeyusage|keyorigin|multiregion|resourcealiases|requestalias|encryptioncontext:secretarn|encryptioncontextkeys))$/;
/** The same, for users: sessions may have more. */
const KNOWN_OF_USERS = /^aws:(userid|principaltag\/.*)$/;
/** Of a call that one service makes for a caller. */
const KNOWN_VIA = /^aws:(viaawsservice|calledvia(first|last)?)$/;

const assumptions = ({ asked }: Explanation, given: Context, { who }: KnownPrincipal, via: string | undefined): Assumption[] =>
  [...asked]
    .filter(([key]) => given[key] === undefined && !KNOWN.test(key))
    .filter(([key]) => !(who.kind === 'user' && KNOWN_OF_USERS.test(key)) && !(via !== undefined && KNOWN_VIA.test(key)))
    .map(([key, value]) => ({ key, ...valueOf(value) }));

const valueOf = (value: ContextValue): { value?: string } => {
  if (value === undefined || value === '' || value === AMBIGUOUS) return {};
  return { value: typeof value === 'string' ? value : value.join(', ') };
};
