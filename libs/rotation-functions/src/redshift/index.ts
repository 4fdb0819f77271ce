import type { BuiltInFunction } from '../shared/built-in-function.port';
import type { TargetNetwork } from '@strongroom/egress';
import { AlternatingUsersFunction } from '../shared/alternating-users.function';
import { SingleUserFunction } from '../shared/single-user.function';
import { redshiftDialect } from './redshift.dialect';
import { redshiftServer } from './redshift.server';

export const redshiftFunctions = (network: TargetNetwork): readonly BuiltInFunction[] => [
  new SingleUserFunction('strongroom-redshift-single-user', redshiftDialect, redshiftServer(network)),
  new AlternatingUsersFunction('strongroom-redshift-alternating-users', redshiftDialect, redshiftServer(network)),
];
