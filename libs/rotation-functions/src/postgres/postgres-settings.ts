import { escapeIdentifier, escapeLiteral } from 'pg';

/** A parameter that a role's sessions start with: in one database, or in all where `database` is absent. */
export interface RoleSetting {
  database?: string;
  name: string;
  /** As the catalog holds it. */
  value: string;
}

/** @param text `name=value`, as the catalogs hold it */
export const parseSetting = (text: string, database?: string): RoleSetting => {
  const [name = '', ...value] = text.split('=');
  return { database, name, value: value.join('=') };
};

// Parameters that hold a list of names, each of which is quoted for itself: the ones that a role can have.
const LISTS = ['search_path', 'temp_tablespaces', 'session_preload_libraries', 'local_preload_libraries'];

/** The names of a list as the catalog writes it: commas between them, double quotes around those that need them. */
export const namesOf = (list: string): string[] =>
  [...list.matchAll(/\s*(?:"((?:[^"]|"")*)"|([^,"]*?))\s*(?:,|$)/gy)]
    .map(([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare ?? '')
    .filter((name, index, all) => name !== '' || index < all.length - 1 || all.length === 1);

export const valueLiteral = ({ name, value }: RoleSetting, literal: (text: string) => string = escapeLiteral): string =>
  LISTS.includes(name.toLowerCase()) ? namesOf(value).map(literal).join(', ') : literal(value);

const keyOf = ({ database, name }: RoleSetting): string => JSON.stringify([database ?? null, name]);

/**
 * Statements that make a role's parameters these, each with the parameter's name for the message should it fail.
 * @param role quoted, after the word that the server calls it: `ROLE "app"`
 */
export const settingStatements = (
  role: string,
  present: readonly RoleSetting[],
  wanted: readonly RoleSetting[],
  literal: (text: string) => string = escapeLiteral,
): [string, string][] => {
  const where = ({ database }: RoleSetting) =>
    `ALTER ${role}${database === undefined ? '' : ` IN DATABASE ${escapeIdentifier(database)}`}`;
  const [have, want] = [present, wanted].map((settings) => new Map(settings.map((setting) => [keyOf(setting), setting])));
  const parameter = (name: string) => name.split('.').map(escapeIdentifier).join('.');
  return [
    ...[...have!].flatMap(([key, setting]): [string, string][] =>
      want!.has(key) ? [] : [[setting.name, `${where(setting)} RESET ${parameter(setting.name)}`]],
    ),
    ...[...want!].flatMap(([key, setting]): [string, string][] =>
      have!.get(key)?.value === setting.value
        ? []
        : [[setting.name, `${where(setting)} SET ${parameter(setting.name)} TO ${valueLiteral(setting, literal)}`]],
    ),
  ];
};
