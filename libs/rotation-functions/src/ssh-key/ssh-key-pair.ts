import { DomainError } from '@strongroom/errors';
import { utils } from 'ssh2';
import { parsePrivateKey } from './ssh-session';

/**
 * An Ed25519 key pair. The library drops a zero byte at the start of the public key, as one of 256 pairs has it, and then nobody
 * can read what it writes, neither the private nor the public half. Such a pair would only be found out by testSecret, each time
 * anew.
 */
export const generateKeyPair = (comment: string): { privateKey: string; publicKey: string } => {
  for (let attempt = 0; attempt < 5; attempt++) {
    const pair = utils.generateKeyPairSync('ed25519', { comment });
    if (!('fault' in parsePrivateKey(pair.private))) return { privateKey: pair.private, publicKey: pair.public };
  }
  throw new DomainError({ kind: 'internal', reason: 'InternalServiceError', message: 'No usable key pair could be created.' });
};
