import { padded, questionMarks, type Statements } from '@strongroom/database';
import type { Secret } from '../domain/secret';
import { type SearchedTexts, searchTermsOf, type TermPlace } from '../domain/search-terms';

/** How the database names a place. */
export const PLACE_LETTERS: Record<TermPlace, string> = {
  name: 'n',
  'tag-key': 'k',
  'tag-value': 'v',
  'owning-service': 's',
  'word-of-description': 'd',
  'word-elsewhere': 'w',
};

export type SearchedSecret = SearchedTexts & Pick<Secret, 'id' | 'accountId' | 'createdAt'>;

// The terms are one JSON parameter, so one prepared statement serves any number of them.
const INSERT = `
  INSERT INTO secret_term (account_id, place, term, created_at, secret_id)
    SELECT k.account_id, k.place, k.term, k.created_at, k.secret_id FROM JSON_TABLE(?, '$[*]' COLUMNS (
      account_id CHAR(12) CHARACTER SET ascii COLLATE ascii_bin PATH '$[0]',
      created_at DATETIME(3) PATH '$[1]',
      secret_id BIGINT UNSIGNED PATH '$[2]',
      place CHAR(1) CHARACTER SET ascii COLLATE ascii_bin PATH '$[3]',
      term VARCHAR(256) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PATH '$[4]'
    )) k`;

const instantText = (instant: Date): string => instant.toISOString().slice(0, -1).replace('T', ' ');

/** Writes the terms of secrets that have none. */
export async function insertTerms(statements: Statements, secrets: readonly SearchedSecret[]): Promise<void> {
  const rows = secrets.flatMap((secret) => {
    const { accountId, createdAt, id } = secret;
    return searchTermsOf(secret).map(({ place, text }) => [accountId, instantText(createdAt), id, PLACE_LETTERS[place], text]);
  });
  await statements.execute(INSERT, [JSON.stringify(rows)]);
}

/** Writes the terms of locked secrets anew, and makes the secrets searchable. */
export async function replaceTerms(statements: Statements, secrets: readonly SearchedSecret[]): Promise<void> {
  const ids = padded(secrets.map(({ id }) => id));
  const them = `IN (${questionMarks(ids.length)})`;
  await statements.execute(`DELETE FROM secret_term WHERE secret_id ${them}`, ids);
  await insertTerms(statements, secrets);
  await statements.execute(`UPDATE secret SET searched_at = last_changed_at WHERE id ${them}`, ids);
}
