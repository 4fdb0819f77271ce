import { invalidRequest } from '@strongroom/errors';
import type { SecretFields } from '../shared/secret-fields';
import type { RabbitMqApi, UserProfile } from './rabbitmq-api';

const SUFFIX = '_clone';

/** `app` and `app_clone` are each other's alternate. */
export const alternateOf = (current: SecretFields): string => {
  const username = current.text('username');
  const alternate = username.endsWith(SUFFIX) ? username.slice(0, -SUFFIX.length) : username + SUFFIX;
  if (alternate === '') throw current.wrong('username', `must have characters before "${SUFFIX}"`);
  return alternate;
};

/**
 * Makes `alternate` a user with this password and exactly the tags, permissions and limits of `username`: what it has beyond them
 * goes before the password changes. Each call does no harm when repeated.
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
};

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
