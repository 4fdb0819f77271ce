import { invalidRequest } from '@strongroom/errors';
import type { RabbitMqApi, UserProfile } from './rabbitmq-api';

/**
 * Makes `alternate` a user with this password and exactly the tags, permissions and limits of `username`: what it has beyond them
 * goes before the password changes. Each call does no harm when repeated. At the end, both users are compared.
 */
export const cloneUser = async (api: RabbitMqApi, username: string, alternate: string, password: string): Promise<void> => {
  const wanted = await api.profileOf(username);
  if (!wanted) throw invalidRequest('The field "username" of AWSCURRENT must name a user of RabbitMQ itself.');
  const found = await api.profileOf(alternate);
  if (found) await removeExtra(api, alternate, found, wanted);
  await api.setUser(alternate, password, wanted.tags);
  for (const permission of wanted.permissions) await api.setPermission(alternate, permission);
  for (const permission of wanted.topicPermissions) await api.setTopicPermission(alternate, permission);
  for (const [limit, value] of Object.entries(wanted.limits)) await api.setLimit(alternate, limit, value);
  const made = await api.profileOf(alternate);
  const difference =
    made && (Object.keys(made) as (keyof UserProfile)[]).find((name) => textOf(made[name]) !== textOf(wanted[name]));
  if (!made || difference) {
    throw invalidRequest(`RabbitMQ did not clone the user whole: the two users differ in ${difference ?? 'everything'}.`);
  }
};

/** Limits and tags come in any order. */
const textOf = (value: unknown): string =>
  JSON.stringify(
    Array.isArray(value) ? value.toSorted() : typeof value === 'object' ? Object.entries(value ?? {}).toSorted() : value,
  );

const removeExtra = async (api: RabbitMqApi, alternate: string, found: UserProfile, wanted: UserProfile): Promise<void> => {
  for (const { vhost } of found.permissions) {
    if (!wanted.permissions.some((one) => one.vhost === vhost)) await api.removePermission(alternate, vhost);
  }
  const extraTopics = found.topicPermissions.filter(
    ({ vhost, exchange }) => !wanted.topicPermissions.some((one) => one.vhost === vhost && one.exchange === exchange),
  );
  // Of one virtual host all go at once; those that belong are set again.
  for (const vhost of new Set(extraTopics.map((extra) => extra.vhost))) await api.removeTopicPermissions(alternate, vhost);
  for (const limit of Object.keys(found.limits)) if (!(limit in wanted.limits)) await api.removeLimit(alternate, limit);
};
