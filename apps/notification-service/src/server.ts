import { Authorizer, type PrincipalSource } from '@strongroom/access';
import type { AuditRecorder } from '@strongroom/audit-trail';
import type { Shell } from '@strongroom/service';
import type { NotificationConfig } from './config';
import { notificationHandlers } from './handlers';

/** Whom the service asks; tests bring their own. */
export interface Others {
  principals: PrincipalSource;
  recorder: AuditRecorder;
}

/** The service with the real others. @throws when a store is away */
export async function startNotification(shell: Shell<NotificationConfig>) {
  const { redis, identityAddress } = shell.config;
  const recorder = await shell.journal(redis);
  return serveNotification(shell, { recorder, principals: shell.principals(identityAddress) });
}

/** The service proper: its handlers, its port. */
export async function serveNotification(shell: Shell, { principals, recorder }: Others) {
  const { clock, config } = shell;
  const { region } = config;
  const dependencies = { authorizer: new Authorizer({ region, clock }), region };
  const port = await shell.serve({ principals, recorder, services: [notificationHandlers(dependencies)] });
  return { port };
}
