import type { TargetNetwork } from '@strongroom/egress';
import { postgresServer } from '../postgres/postgres.server';
import type { SqlServer } from '../shared/sql-server.port';
import { pinSession } from './redshift-pins';

/** Amazon Redshift, which speaks PostgreSQL's protocol and takes no settings at the start of a session. */
export const redshiftServer = (network: TargetNetwork): SqlServer =>
  postgresServer(network, { pin: pinSession, passwordAdvice: ': the user must have one' });
