/**
 * A string literal for servers that give backslashes a meaning in it: MySQL and MariaDB with an empty sql_mode, and Redshift. A
 * server that gives them none sees another text, but the literal ends where it must there, too.
 */
export const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** A name between double quotes, as standard SQL has it. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
