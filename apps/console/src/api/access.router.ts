import { z } from 'zod';
import { known, knownActions, parseAction, parseWho, textOf } from '@strongroom/access-questions';
import type { AccessVerdict } from '@strongroom/console-api';
import { inCourt, type CourtOptions } from './access-court';
import { nameText, valueText } from './input-texts';
import { router, type SignedInProcedure } from './trpc';

const MAX_KEYS = 20;
const MAX_VALUES = 50;

const questionInput = z.strictObject({
  who: nameText,
  action: nameText,
  what: nameText,
  context: z
    .record(nameText, z.array(valueText).max(MAX_VALUES, { error: `has at most ${MAX_VALUES} values` }))
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
