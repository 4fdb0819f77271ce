import { invalidRequest } from '@strongroom/errors';
import type { SqlConnection } from '../shared/sql-server.port';

/** Which server it is, as far as statements differ. */
export interface Flavor {
  isMariaDb: boolean;
  /** Major, minor, patch as one number: 8.0.14 is 80014. */
  version: number;
}

/** Asks the server; refuses one that is too old for accounts as we write them. */
export const flavorOf = async (connection: SqlConnection): Promise<Flavor> => {
  const [[text] = []] = await connection.query('SELECT VERSION()');
  const [, major = 0, minor = 0, patch = 0] = (/^(?:5\.5\.5-)?(\d+)\.(\d+)\.(\d+)/.exec(String(text)) ?? []).map(Number);
  const flavor = { isMariaDb: /mariadb/i.test(String(text)), version: major * 10_000 + minor * 100 + patch };
  if (flavor.version < (flavor.isMariaDb ? 100_400 : 80_000)) {
    throw invalidRequest('The database server is too old: MariaDB 10.4 or MySQL 8.0 is needed.');
  }
  return flavor;
};

/** MySQL keeps the former password of an account valid beside the new one. */
export const keepsTwoPasswords = ({ isMariaDb, version }: Flavor): boolean => !isMariaDb && version >= 80_014;
