import type { PasswordPolicy } from '@strongroom/contracts/strongroom/identity/v1/identity';
import type { Mutation, Query } from './procedures';

/** Who is signed in. */
export interface Person {
  /** 12 digits. */
  readonly accountId: string;
  readonly userName: string;
  readonly arn: string;
  /** A second factor was shown. */
  readonly multiFactor: boolean;
  readonly signedInAt: Date;
  /** The session ends then, whatever the person does. */
  readonly endsAt: Date;
  /** The session ends then unless the person does something before. */
  readonly idleEndsAt: Date;
}

export interface SignInInput {
  /** 12 digits. */
  accountId: string;
  userName: string;
  password: string;
  /** The code that a device shows; empty if the user has none, or shows a passkey. */
  tokenCode?: string;
  /** AuthenticationResponseJSON of WebAuthn, in place of the code. */
  passkeyJson?: string;
  /** In place of the old password, once the answer was `new-password-required`. */
  newPassword?: string;
}

export type SignInAnswer =
  | { readonly outcome: 'signed-in'; readonly person: Person }
  | {
      readonly outcome: 'new-password-required';
      /** The old one has expired; otherwise an administrator wants it so. */
      readonly expired: boolean;
      /** What the new one must obey; absent where the account has no policy of its own. */
      readonly passwordPolicy?: PasswordPolicy;
    };

/** An OpenID Connect provider whose people may sign in. */
export interface SignInProvider {
  /**
   * The browser goes to `/single-sign-on/<name>`, and comes back to `/` or, if nobody was signed in, to
   * `/sign-in?refused=true`.
   */
  readonly name: string;
  readonly title: string;
}

export interface RedeemLinkInput {
  /** What stands behind `#token=` in the address of the link; it never stands in a request line. */
  token: string;
  /** How long the session lasts at most, from 900 seconds to 12 hours; default: the latter. */
  durationSeconds?: number;
}

/**
 * Signing in and out. All wrong names, passwords, codes and links have one answer: kind `unauthenticated`, reason `SignInFailed`.
 * Who guesses too often is slowed: reason `ThrottlingException`, with `retryAfterMs`.
 */
export type SessionProcedures = {
  providers: Query<object, readonly SignInProvider[]>;
  /**
   * PublicKeyCredentialRequestOptionsJSON of WebAuthn, for `passkeyJson`: the same for everybody, good for five minutes,
   * once.
   */
  beginPasskey: Mutation<object, { readonly optionsJson: string }>;
  signIn: Mutation<SignInInput, SignInAnswer>;
  redeemLink: Mutation<RedeemLinkInput, Person>;
  /** null: nobody is signed in. */
  whoAmI: Query<object, Person | null>;
  /** Tells that the person is there, so that the session does not end for idleness: null if it has ended already. */
  touch: Mutation<object, Person | null>;
  /** Ends the session here and at the services; also if it has ended already. */
  signOut: Mutation<object, null>;
};
