import type { RandomSource } from '@strongroom/random';
import { ADMINISTRATOR_ACCESS } from './built-in-policies';
import type { Identity } from './identity';
import type { Change } from './store.port';
import { uniqueId } from './unique-id';

export const ADMINISTRATOR = 'admin';

export interface AdministratorPlan {
  accountId: string;
  /** The URI SAN of the administrator's certificate, checked. */
  uri: string;
  now: Date;
  random: RandomSource;
}

/** Creates an account's first user, who may do everything in it. */
export async function createAdministrator(change: Change, plan: AdministratorPlan): Promise<Identity> {
  const { accountId, now, uri } = plan;
  const user: Identity = {
    id: uniqueId('user', plan.random),
    accountId,
    kind: 'user',
    name: ADMINISTRATOR,
    path: '/',
    createDate: now,
    tags: [],
  };
  await change.identities.add(user);
  await change.attachments.add(user.id, ADMINISTRATOR_ACCESS);
  await change.bindings.add({ uri, accountId, identityId: user.id, createDate: now });
  change.changed(`cert:${uri}`);
  return user;
}
