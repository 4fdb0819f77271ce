import { invalidRequest } from '@strongroom/errors';
import type { BuiltInCall, BuiltInFunction } from '../shared/built-in-function.port';
import type { RotationStage } from '../shared/rotating-secret.port';
import { createPendingValue, generatePassword } from '../shared/pending-value';
import { requireSame } from '../shared/same-server';
import { findFields, readMasterFields, requireFields, type SecretFields } from '../shared/secret-fields';
import { targetTls } from '../shared/target-tls';
import { MongoDbLoginRefused, type MongoDbConnector, type MongoDbLogin } from './mongodb-session';

const PORT = 27_017;

const loginOf = (fields: SecretFields): MongoDbLogin => {
  const host = fields.text('host');
  if (/[/?@,\s]/.test(host)) throw fields.wrong('host', 'must be one host name or IP address');
  return {
    host,
    port: fields.port('port', PORT),
    username: fields.text('username'),
    password: fields.text('password'),
    authSource: fields.optionalText('authSource') ?? 'admin',
    tls: targetTls(fields, host),
    of: fields.of,
  };
};

const notAccepted = ({ of }: SecretFields) =>
  invalidRequest(`MongoDB does not accept the fields "username" and "password" of ${of}.`);

/**
 * One user of MongoDB, which has one password: from setSecret to finishSecret AWSPENDING logs in and AWSCURRENT does not. Open
 * connections stay open.
 */
export const mongoDbUser = (connect: MongoDbConnector): BuiltInFunction => {
  const logsIn = async ({ signal }: BuiltInCall, fields: SecretFields): Promise<boolean> => {
    try {
      await connect(loginOf(fields), signal, (session) => session.command({ ping: 1 }, 'admin'));
      return true;
    } catch (error) {
      if (error instanceof MongoDbLoginRefused) return false;
      throw error;
    }
  };

  const requireLogin = async (call: BuiltInCall, stage: RotationStage) => {
    const fields = await requireFields(call.secret, stage);
    if (!(await logsIn(call, fields))) throw notAccepted(fields);
  };

  return {
    name: 'strongroom-mongodb-user',
    description: 'Changes the password of a MongoDB user.',

    createSecret: (call) =>
      createPendingValue(call, (current) => {
        loginOf(current);
        return current.with({ password: generatePassword(call.random) });
      }),

    async setSecret(call) {
      const current = await requireFields(call.secret, 'AWSCURRENT');
      const pending = await requireFields(call.secret, 'AWSPENDING');
      requireSame(pending, current, ['host', 'port', 'username'], PORT);
      const { username, authSource } = loginOf(current);
      if (loginOf(pending).authSource !== authSource) throw pending.wrong('authSource', 'must be that of AWSCURRENT');
      if (await logsIn(call, pending)) return;
      // Whoever may write the secret could name any user in it, so a superuser changes only a user whose password the secret
      // knows.
      if (!(await logsIn(call, current))) throw notAccepted(current);
      let administrator = current;
      if (current.has('masterarn')) {
        administrator = await readMasterFields(call.secret, current);
        requireSame(administrator, current, ['host', 'port'], PORT);
      }
      // A majority stores it, so the next primary knows it, too.
      const change = { updateUser: username, pwd: pending.text('password'), writeConcern: { w: 'majority', wtimeout: 10_000 } };
      try {
        await connect(loginOf(administrator), call.signal, (session) => session.command(change, authSource));
      } catch (error) {
        throw error instanceof MongoDbLoginRefused ? notAccepted(administrator) : error;
      }
    },

    testSecret: (call) => requireLogin(call, 'AWSPENDING'),
    testCurrent: (call) => requireLogin(call, 'AWSCURRENT'),

    async targetOf({ secret }) {
      const fields = await findFields(secret, 'AWSCURRENT');
      return fields && `mongodb://${fields.text('host')}:${fields.port('port', PORT)}`;
    },
  };
};
