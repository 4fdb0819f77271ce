import { z } from 'zod';
import type { StatementFile } from '@strongroom/console-api';
import { GetStatementRequest } from '@strongroom/contracts/strongroom/usage/v1/usage';
import { resourceNotFound } from '@strongroom/errors';
import { STATEMENT_FORMATS, type StatementFormat, statementFile } from '@strongroom/usage-export';
import { type ConsoleClients, onBehalfOf } from './derived';
import { router, type SignedInProcedure } from './trpc';

const fileInput: z.ZodType<{ month: string; format: StatementFormat }> = z.strictObject({
  month: z.string({ error: 'must be YYYY-MM' }).regex(/^\d{4}-\d\d$/, { error: 'must be YYYY-MM' }),
  format: z.enum(STATEMENT_FORMATS, { error: `must be one of ${STATEMENT_FORMATS.join(', ')}` }),
});

/** Statements as files. */
export function statementsRouter(
  { usage }: { usage: Pick<ConsoleClients['usage'], 'getStatement'> },
  procedure: SignedInProcedure,
) {
  return router({
    file: procedure.input(fileInput).mutation(async ({ ctx, input: { month, format } }): Promise<StatementFile> => {
      const { statement } = await usage.getStatement(GetStatementRequest.fromPartial({ month }), onBehalfOf(ctx));
      if (statement === undefined) throw resourceNotFound(`There is no statement of ${month}.`);
      const name = `strongroom-${statement.accountId}-${month}${format === 'focus' ? '-focus' : ''}.csv`;
      return { name, text: statementFile(statement, format) };
    }),
  });
}
