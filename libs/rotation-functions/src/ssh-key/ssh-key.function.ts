import { DomainError, invalidRequest } from '@strongroom/errors';
import type { BuiltInCall, BuiltInFunction } from '../shared/built-in-function.port';
import { createPendingValue } from '../shared/pending-value';
import { findFields, readMasterFields, requireFields, type SecretFields } from '../shared/secret-fields';
import { requireSame } from '../shared/same-server';
import { addNextKey, hasKey, parsePublicKeys, removeKey, type PublicKey } from './authorized-keys';
import { generateKeyPair } from './ssh-key-pair';
import {
  parsePrivateKey,
  SshLoginRefused,
  type RemoteFile,
  type SshConnector,
  type SshSession,
  type SshTarget,
} from './ssh-session';

const PORT = 22;

const publicKeyOf = (fields: SecretFields): PublicKey => {
  const key = parsePrivateKey(fields.text('privateKey'));
  if ('fault' in key) throw fields.wrong('privateKey', key.fault);
  return key.publicKey;
};

const hostKeysOf = (fields: SecretFields): PublicKey[] => {
  const keys = parsePublicKeys(fields.text('hostKey'));
  if (!keys.length) throw fields.wrong('hostKey', "must hold the server's public host key, as ssh-keyscan prints it");
  return keys;
};

/** Each login goes to the server of its own secret, which vouches for the host keys. */
const targetOf = (fields: SecretFields): SshTarget => {
  publicKeyOf(fields);
  return {
    host: fields.text('host'),
    port: fields.port('port', PORT),
    username: fields.text('username'),
    privateKey: fields.text('privateKey'),
    hostKeys: hostKeysOf(fields),
    of: fields.of,
  };
};

const fileOf = (fields: SecretFields): string => {
  const file = fields.optionalText('authorizedKeysFile') ?? '.ssh/authorized_keys';
  if (fields.has('masterarn') && !file.startsWith('/')) {
    throw fields.wrong('authorizedKeysFile', 'must be an absolute path if "masterarn" names another login');
  }
  return file;
};

/** What an ARN ends in, such as `prod/deploy-AbCdEf`: names the secret and has no spaces. */
const nameOf = (arn: string) => arn.slice(arn.lastIndexOf(':') + 1);

/** Changes the file of keys in one instant. Changes that others make meanwhile are detected and not overwritten. */
const edit = async (session: SshSession, path: string, draft: string, change: (text: string) => string): Promise<void> => {
  const before = await session.read(path);
  const text = change(before.text);
  if (text === before.text) return;
  // A call that died here left this file.
  await session.remove(draft);
  await session.create(draft, { ...before, text });
  if (isChanged(before, await session.read(path))) {
    await session.remove(draft);
    throw new DomainError({
      kind: 'aborted',
      reason: 'RotationTargetBusy',
      message: 'Somebody else changed the file of authorised keys at the same moment; nothing was written.',
    });
  }
  await session.rename(draft, path);
};

const isChanged = (before: RemoteFile, now: RemoteFile) =>
  before.text !== now.text || before.mode !== now.mode || before.uid !== now.uid || before.gid !== now.gid;

/**
 * SSH key pairs. The new public key is added beside the current one in authorized_keys. The old one is removed after the new
 * version has become AWSCURRENT. Meanwhile both log in.
 */
export const sshKey = (connect: SshConnector): BuiltInFunction => {
  const logsIn = async (target: SshTarget, signal: AbortSignal): Promise<boolean> => {
    try {
      await connect(target, signal, () => Promise.resolve());
      return true;
    } catch (error) {
      if (error instanceof SshLoginRefused) return false;
      throw error;
    }
  };

  const requireLogin = async ({ secret, signal }: BuiltInCall, stage: 'AWSCURRENT' | 'AWSPENDING') => {
    const fields = await requireFields(secret, stage);
    if (!(await logsIn(targetOf(fields), signal))) {
      throw invalidRequest(`The SSH server does not accept the field "privateKey" of ${stage}.`);
    }
  };

  const editKeys = async ({ secret, signal }: BuiltInCall, current: SecretFields, change: (text: string) => string) => {
    const path = fileOf(current);
    const login = current.has('masterarn') ? await readMasterFields(secret, current) : current;
    requireSame(login, current, ['host', 'port'], PORT);
    const draft = `${path}.strongroom-${secret.arn.slice(-6)}`;
    try {
      await connect(targetOf(login), signal, (session) => edit(session, path, draft, change));
    } catch (error) {
      if (error instanceof SshLoginRefused)
        throw invalidRequest(`The SSH server does not accept the field "privateKey" of ${login.of}.`);
      throw error;
    }
  };

  return {
    name: 'strongroom-ssh-key',
    description:
      'Rotates an SSH key pair: adds the new public key to authorized_keys, logs in with it, then removes the old one.',

    createSecret: (call) =>
      createPendingValue(call, (current) => {
        targetOf(current);
        fileOf(current);
        return current.with(generateKeyPair(nameOf(call.secret.arn)));
      }),

    async setSecret(call) {
      const current = await requireFields(call.secret, 'AWSCURRENT');
      const pending = await requireFields(call.secret, 'AWSPENDING');
      requireSame(pending, current, ['host', 'port', 'username'], PORT);
      const previous = await findFields(call.secret, 'AWSPREVIOUS');
      const keys = {
        current: publicKeyOf(current),
        next: publicKeyOf(pending),
        former: previous?.has('privateKey') ? [publicKeyOf(previous)] : [],
        marker: `strongroom:${nameOf(call.secret.arn)}`,
      };
      await editKeys(call, current, (text) => {
        const changed = addNextKey(text, keys);
        if (changed !== undefined) return changed;
        throw current.wrong(
          'authorizedKeysFile',
          'must name the file, by default .ssh/authorized_keys, that has the public key of AWSCURRENT',
        );
      });
    },

    testSecret: (call) => requireLogin(call, 'AWSPENDING'),
    testCurrent: (call) => requireLogin(call, 'AWSCURRENT'),

    async afterFinish(call) {
      const current = await requireFields(call.secret, 'AWSCURRENT');
      const previous = await findFields(call.secret, 'AWSPREVIOUS');
      if (!previous) return;
      const [kept, former] = [publicKeyOf(current), publicKeyOf(previous)];
      if (former.blob === kept.blob) return;
      // Without the current key in the file, the old one may be the last that works.
      await editKeys(call, current, (text) => (hasKey(text, kept) ? removeKey(text, former) : text));
    },

    async targetOf({ secret }) {
      const fields = await findFields(secret, 'AWSCURRENT');
      return fields && `ssh://${fields.text('host')}:${fields.port('port', PORT)}`;
    },
  };
};
