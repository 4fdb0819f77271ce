import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';

/** As PostgreSQL's own scram_iterations. */
const ITERATIONS = 4096;

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/**
 * What PostgreSQL keeps of a password for scram-sha-256 (RFC 5803's fields in PostgreSQL's form). A server takes it in place of
 * the password, which then appears in no statement and no log of it.
 * @param password ASCII, which SASLprep leaves as it is
 * @param salt 16 random bytes
 */
export const scramVerifier = (password: string, salt: Buffer, iterations = ITERATIONS): string => {
  const salted = pbkdf2Sync(password, salt, iterations, 32, 'sha256');
  const storedKey = createHash('sha256').update(hmac(salted, 'Client Key')).digest('base64');
  const serverKey = hmac(salted, 'Server Key').toString('base64');
  return `SCRAM-SHA-256$${iterations}:${salt.toString('base64')}$${storedKey}:${serverKey}`;
};
