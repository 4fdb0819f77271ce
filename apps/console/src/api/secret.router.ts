import { z } from 'zod';
import { decisionOf, type Judged, judgeEverybody, outsidersOf, parseAction, type Verdict } from '@strongroom/access-questions';
import type { JudgedPrincipal, KeyDifference, Right, WhoCan } from '@strongroom/console-api';
import type { GetSecretValueResponse } from '@strongroom/contracts/strongroom/secrets/v1/secrets';
import { isDomainError } from '@strongroom/errors';
import type { ServiceClient } from '@strongroom/grpc-kit';
import type { rotationRequestService } from '@strongroom/methods';
import { diffTexts } from '@strongroom/secret-values';
import { inCourt } from './access-court';
import type { SignedInContext } from './context';
import { type ConsoleClients, onBehalfOf } from './derived';
import { nameText } from './input-texts';
import { router, type SignedInProcedure } from './trpc';

export interface SecretRouterOptions {
  clients: Pick<ConsoleClients, 'identity' | 'keys' | 'secrets'>;
  /** Asks secrets-api, as the console, what a caller may do. */
  permissions: Pick<ServiceClient<typeof rotationRequestService>, 'authorizeSecretAccess'>;
  region: string;
}

/** Users and roles that one answer judges. */
const MAX_JUDGED = 500;

const action = z
  .string({ error: 'must be a text' })
  .regex(/^[A-Za-z]{1,64}$/, { error: 'must be an action of secretsmanager, such as GetSecretValue' });
const versionId = z
  .string({ error: 'must be a text' })
  .min(32, { error: 'must be the id of a version' })
  .max(64, { error: 'must be the id of a version' });

const rightsInput = z.strictObject({ secretId: nameText, actions: z.array(action).max(20, { error: 'has at most 20 actions' }) });
const whoCanInput = z.strictObject({ secretId: nameText, action });
const compareInput = z.strictObject({ secretId: nameText, from: versionId, to: versionId });

/** What the page asks about one secret, beside the methods of secrets-api. */
export function secretRouter({ clients, permissions, region }: SecretRouterOptions, procedure: SignedInProcedure) {
  const rightOf = async (ctx: SignedInContext, id: string, name: string): Promise<Right> => {
    const { requestId, deadline, onBehalfOf: caller } = onBehalfOf(ctx);
    try {
      await permissions.authorizeSecretAccess(
        { caller, secretId: id, action: `secretsmanager:${name}` },
        { requestId, deadline },
      );
      return { action: name, allowed: true };
    } catch (error) {
      if (!isDomainError(error) || error.kind !== 'permission-denied') throw error;
      return { action: name, allowed: false, message: error.message };
    }
  };
  return router({
    rights: procedure
      .input(rightsInput)
      .query(({ ctx, input: { secretId: id, actions } }): Promise<Right[]> =>
        Promise.all([...new Set(actions)].map((name) => rightOf(ctx, id, name))),
      ),
    whoCan: procedure
      .input(whoCanInput)
      .query(({ ctx, input: { secretId: id, action: name } }): Promise<WhoCan> => whoCan(clients, ctx, region, id, name)),
    compare: procedure.input(compareInput).query(async ({ ctx, input: { secretId: id, from, to } }): Promise<KeyDifference[]> => {
      const read = (version: string) => clients.secrets.getSecretValue({ secretId: id, versionId: version }, onBehalfOf(ctx));
      const [before, after] = await Promise.all([read(from), read(to)]);
      return differences(before, after);
    }),
  });
}

/** Keys with what happened to each, and never a value. */
const differences = (before: GetSecretValueResponse, after: GetSecretValueResponse): KeyDifference[] => {
  const [old, present] = [before.value?.value, after.value?.value];
  if (old?.$case === 'secretString' && present?.$case === 'secretString') return diffTexts(old.value, present.value);
  const bytesOf = (value: typeof old): Buffer => Buffer.from(value?.value ?? '');
  return [{ key: '', change: bytesOf(old).equals(bytesOf(present)) ? 'same' : 'changed' }];
};

const whoCan = async (
  clients: SecretRouterOptions['clients'],
  ctx: SignedInContext,
  region: string,
  id: string,
  name: string,
): Promise<WhoCan> => {
  const action = parseAction(`secretsmanager:${name}`);
  return inCourt({ clients, ctx, region }, async ({ source, principals, targets, judge, signal }) => {
    const target = await targets.find(id, action);
    const { judged, isCut } = await judgeEverybody({ source, principals, judge, action, target, signal }, MAX_JUDGED);
    return { principals: judged.map(readable), outsiders: outsidersOf(target), more: isCut };
  });
};

const readable = ({ principal: { who }, verdict }: Judged): JudgedPrincipal => {
  const chain = chainOf(verdict);
  const decision = decisionOf(verdict);
  // What denies decides; of what allows, the secret's own right says more than that of its key.
  const deciding = chain.find((one) => one.decision === decision) ?? verdict;
  const { policy } = deciding;
  return {
    kind: who.kind,
    name: who.name,
    decision,
    because: chain.map((one) => (chain.length > 1 ? `${one.action}: ${one.because}` : one.because)),
    ...(policy && { policy }),
    assumed: [...new Set(chain.flatMap(({ assumed }) => assumed.map(({ key }) => key)))],
  };
};

const chainOf = (verdict: Verdict): Verdict[] => [verdict, ...(verdict.needs ? chainOf(verdict.needs) : [])];
