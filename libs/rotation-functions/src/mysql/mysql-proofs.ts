import { authPlugins } from 'mysql2';

/** A plugin of the driver: answers what the server sends in the course of a login. */
export type Proof = ReturnType<typeof authPlugins.caching_sha2_password>;

/** The server asked for the password itself. */
export class PasswordWithheld extends Error {
  constructor() {
    super('the password goes over no connection that others can read');
  }
}

/** The server does not know the password yet that it would compare an answer with, and asks for the password itself. */
const FULL_AUTHENTICATION = Buffer.from([4]);

const withhold: Proof = () => () => Promise.reject<Buffer>(new PasswordWithheld());

/**
 * For connections that others can read or that go to nobody knows whom. They answer challenges, as a listener may know. But they
 * do not send the password, nor encrypt it by a key that came over the same connection: that key could be anybody's.
 */
export const challengesOnly: Readonly<Record<string, Proof>> = {
  caching_sha2_password: (login) => {
    const answer = authPlugins.caching_sha2_password()(login);
    return (data) => {
      if (data.equals(FULL_AUTHENTICATION)) return Promise.reject<Buffer>(new PasswordWithheld());
      return answer(data);
    };
  },
  sha256_password: withhold,
  mysql_clear_password: withhold,
};
