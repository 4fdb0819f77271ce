import { createRole, ENVIRONMENT, type Role } from '../cast';
import type { Story } from '../story';

export interface Cast {
  /** May read the secrets of production. */
  orders: Role;
  /** May read other secrets. */
  reporting: Role;
}

export const giveAccess = async ({ narrator, admin, cluster }: Story): Promise<Cast> => {
  narrator.chapter('Who may have it');
  const role = (name: string, path: string): Promise<Role> =>
    narrator.step(
      `CreateRole ${name}`,
      () => createRole(admin, cluster, name, path),
      ({ uri }) => `may read ${path}*; its holder shows a certificate for ${uri}`,
    );
  return { orders: await role('demo-orders', ENVIRONMENT), reporting: await role('demo-reporting', 'demo/reporting/') };
};
