import { invalidRequest } from '@strongroom/errors';
import { RABBITMQ_ENGINES } from '../required-fields';
import { type AlternatingServer, AlternatingUsers } from '../shared/alternating-users';
import type { BuiltInCall, BuiltInFunction } from '../shared/built-in-function.port';
import { requireEngine } from '../shared/engine';
import type { RotationStage } from '../shared/rotating-secret.port';
import { createPendingValue, generatePassword } from '../shared/pending-value';
import { findFields, readMasterFields, requireFields, type SecretFields } from '../shared/secret-fields';
import { requireSame } from '../shared/same-server';
import type { TargetHttp } from '@strongroom/egress';
import { cloneUser } from './rabbitmq-clone';
import { RabbitMqApi, rabbitMqUrl } from './rabbitmq-api';

/** The common part of both functions for RabbitMQ. */
const common = (http: TargetHttp) => {
  const apiOf = ({ signal }: BuiltInCall, fields: SecretFields) => new RabbitMqApi(fields, signal, http);
  const notAccepted = ({ of }: SecretFields) =>
    invalidRequest(`RabbitMQ does not accept the fields "username" and "password" of ${of}.`);
  const requireLogin = async (call: BuiltInCall, stage: RotationStage) => {
    const fields = await requireFields(call.secret, stage);
    if (!(await apiOf(call, fields).logsIn())) throw notAccepted(fields);
  };
  /** The superuser, of the same server. */
  const masterOf = async (call: BuiltInCall, current: SecretFields) => {
    const master = await readMasterFields(call.secret, current);
    requireSame(master, current, ['host', 'port'], standardPortOf);
    return master;
  };
  return {
    apiOf,
    masterOf,
    notAccepted,
    testSecret: (call: BuiltInCall) => requireLogin(call, 'AWSPENDING'),
    testCurrent: (call: BuiltInCall) => requireLogin(call, 'AWSCURRENT'),
    async targetOf({ secret }: BuiltInCall) {
      const fields = await findFields(secret, 'AWSCURRENT');
      return fields && addressOf(fields);
    },
  };
};

const addressOf = (fields: SecretFields) => rabbitMqUrl(fields).origin;
const standardPortOf = (fields: SecretFields) => Number(rabbitMqUrl(fields).port);

const requireLoginFields = (fields: SecretFields) => {
  requireEngine(fields, RABBITMQ_ENGINES);
  rabbitMqUrl(fields);
  fields.text('username');
  fields.text('password');
};

/**
 * One user of RabbitMQ, which has one password: from setSecret to finishSecret AWSPENDING logs in and AWSCURRENT does not. Open
 * connections stay open.
 */
export const rabbitMqUser = (http: TargetHttp): BuiltInFunction => {
  const { apiOf, masterOf, notAccepted, ...rest } = common(http);
  return {
    ...rest,
    name: 'strongroom-rabbitmq-user',
    description: 'Changes the password of a RabbitMQ user through the management API.',

    createSecret: (call) =>
      createPendingValue(call, (current) => {
        requireLoginFields(current);
        return current.with({ password: generatePassword(call.random) });
      }),

    async setSecret(call) {
      const current = await requireFields(call.secret, 'AWSCURRENT');
      const pending = await requireFields(call.secret, 'AWSPENDING');
      requireSame(pending, current, ['host', 'port', 'username'], standardPortOf);
      if (await apiOf(call, pending).logsIn()) return;
      // Whoever may write the secret could name any user in it, so a superuser changes only a user whose password the secret
      // knows.
      if (!(await apiOf(call, current).logsIn())) throw notAccepted(current);
      const administrator = apiOf(call, current.has('masterarn') ? await masterOf(call, current) : current);
      const username = current.text('username');
      const profile = await administrator.profileOf(username);
      if (!profile) throw current.wrong('username', 'must name a user of RabbitMQ itself');
      await administrator.setUser(username, pending.text('password'), profile.tags);
    },
  };
};

/** Two users that take turns, so that AWSCURRENT and AWSPENDING log in at every moment. */
export const rabbitMqAlternatingUsers = (http: TargetHttp): BuiltInFunction => {
  const { apiOf, notAccepted } = common(http);
  const logsIn = (call: BuiltInCall, fields: SecretFields) => apiOf(call, fields).logsIn();
  const server: AlternatingServer = {
    title: 'RabbitMQ',
    userOf(fields) {
      requireLoginFields(fields);
      return fields.text('username');
    },
    requireSame: (fields, current, names) => requireSame(fields, current, names, standardPortOf),
    logsIn,
    notAccepted,
    async test(call, fields) {
      if (!(await logsIn(call, fields))) throw notAccepted(fields);
    },
    addressOf,
    prepareAlternate: (call, { current, pending, master }) =>
      cloneUser(apiOf(call, master), current.text('username'), pending.text('username'), pending.text('password')),
  };
  return new AlternatingUsers('strongroom-rabbitmq-alternating-users', server);
};
