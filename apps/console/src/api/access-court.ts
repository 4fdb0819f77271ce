import { type AccessSource, AccessQuestionError, Judge, Principals, Targets } from '@strongroom/access-questions';
import { callsOfClients } from '@strongroom/client/calls-of-clients';
import { accessDenied, invalidParameter } from '@strongroom/errors';
import type { ContextValue } from '@strongroom/policy';
import type { SignedInContext } from './context';
import { type ConsoleClients, onBehalfOf } from './derived';

export interface CourtOptions {
  clients: Pick<ConsoleClients, 'identity' | 'keys' | 'secrets'>;
  ctx: SignedInContext;
  region: string;
  /** Condition keys of the call that is asked about, in lower case. */
  given?: Readonly<Record<string, ContextValue>>;
}

/** What answers questions about permissions, with the person's own right to read policies. */
interface Court {
  source: AccessSource;
  principals: Principals;
  targets: Targets;
  judge: Judge;
  signal: AbortSignal;
}

/**
 * What `work` finds out in a court of its own, which reads each policy once.
 *
 * @throws AccessDeniedException where the person may not read what decides, InvalidParameterException for what is no question
 */
export async function inCourt<Found>(
  { clients, ctx, region, given = {} }: CourtOptions,
  work: (court: Court) => Promise<Found>,
): Promise<Found> {
  const options = onBehalfOf(ctx);
  const timeoutMs = Math.max(1, options.deadline - Date.now());
  const signal = AbortSignal.timeout(timeoutMs);
  const source = callsOfClients(
    {
      identity: asCaller(clients.identity, options),
      keys: asCaller(clients.keys, options),
      secrets: asCaller(clients.secrets, options),
    },
    { timeoutMs },
  );
  try {
    const principals = new Principals(source, signal, ctx.session.value.accountId);
    const targets = new Targets(source, principals, signal, region);
    return await work({ source, principals, targets, judge: new Judge(source, targets, signal, given), signal });
  } catch (error) {
    if (!(error instanceof AccessQuestionError)) throw error;
    const message = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
    throw error.kind === 'unreadable' ? accessDenied(message) : invalidParameter(message);
  }
}

/** A client whose every call is made on behalf of the person. */
const asCaller = <Client extends object>(client: Client, options: object): Client =>
  new Proxy(client, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return (request: unknown) => (method as (request: unknown, options: object) => unknown).call(target, request, options);
    },
  });
