import type { z } from 'zod';
import { CliError } from '../../../cli-error';
import { EXIT } from '../../../exit-code';
import type { ApiAnswer } from './api-client';

/** Reads an answer of 200. What it says is checked, for a server of another version may say something else. */
export const readAnswer = <T>(schema: z.ZodType<T>, { status, body }: ApiAnswer, who: string): T => {
  if (status !== 200) throw refusal(who, { status, body });
  let data: unknown;
  try {
    data = JSON.parse(body);
  } catch {
    throw new CliError(`${who} answers with something that is not JSON: is the address right?`, { exitCode: EXIT.usage });
  }
  const read = schema.safeParse(data);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  // Zod's messages name types, never what was found.
  throw new CliError(`${who} answers with another document than expected: ${issue!.path.join('.')}: ${issue!.message}.`);
};

/** What a server refuses, in its own words where it has some. */
export const refusal = (who: string, answer: ApiAnswer): CliError => {
  const { status } = answer;
  const words = wordsOf(answer);
  const isCredential = status === 401 || status === 403;
  return new CliError(`${who} refuses with ${status}${words === undefined ? '' : `: ${words}`}.`, {
    exitCode: isCredential ? EXIT.refused : status === 404 ? EXIT.notFound : EXIT.failure,
    hint: isCredential ? 'Is the token valid, and may it read this?' : undefined,
  });
};

/** The most of a server's own words that is repeated. */
const MAX_WORDS = 300;

export const wordsOf = ({ body }: ApiAnswer): string | undefined => {
  try {
    const answer = JSON.parse(body) as { errors?: unknown; messages?: unknown; message?: unknown; Message?: unknown };
    const found = answer.errors ?? answer.messages ?? answer.message ?? answer.Message;
    const words = (Array.isArray(found) ? found : [found]).filter((each) => typeof each === 'string' && each !== '');
    return words.length === 0 ? undefined : words.join('; ').slice(0, MAX_WORDS).replace(/\.$/, '');
  } catch {
    return undefined;
  }
};
