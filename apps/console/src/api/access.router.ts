import { z } from 'zod';
import { known, knownActions, parseAction, parseWho, textOf } from '@strongroom/access-questions';
import type { AccessVerdict } from '@strongroom/console-api';
import { inCourt, type CourtOptions } from './access-court';
import { router, type SignedInProcedure } from './trpc';

/** Longer than any ARN or condition key, and their values. */
const text = z.string({ error: 'must be a text' }).min(1, { error: 'must not be empty' }).max(2_048, { error: 'is too long' });
const MAX_KEYS = 20;
const MAX_VALUES = 50;

const questionInput = z.strictObject({
  who: text,
  action: text,
  what: text,
  context: z
    .record(text, z.array(z.string({ error: 'must be a text' }).max(2_048)).max(MAX_VALUES))
    .refine((context) => Object.keys(context).length <= MAX_KEYS, { error: `has at most ${MAX_KEYS} keys` })
    .optional(),
});

/** Questions about permissions that concern no one secret. */
export function accessRouter({ clients, region }: Pick<CourtOptions, 'clients' | 'region'>, procedure: SignedInProcedure) {
  const actions = knownActions().map(textOf).sort();
  return router({
    actions: procedure.query(() => ({ actions })),
    can: procedure
      .input(questionInput)
      .query(({ ctx, input: { who, action: asked, what, context = {} } }): Promise<AccessVerdict> => {
        const given = Object.fromEntries(Object.entries(context).map(([key, values]) => [key.toLowerCase(), oneOrMany(values)]));
        return inCourt({ clients, ctx, region, given }, async ({ principals, targets, judge }) => {
          const action = parseAction(asked);
          const whom = parseWho(who, principals.accountId);
          const principal = await known(principals.find(whom), 'the read actions of iam', `${whom.kind} ${whom.name}`);
          return judge.judge(principal, action, await targets.find(what, action));
        });
      }),
  });
}

const oneOrMany = (values: readonly string[]): string | readonly string[] => (values.length === 1 ? values[0]! : values);
