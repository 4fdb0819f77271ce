import { serviceAddress } from '@strongroom/config';
import { z } from 'zod';

const text = z.string().min(1, 'must not be empty');
const roleArn = z.string().regex(/^arn:[^:]*:iam::\d{12}:role\/.+$/, 'must be the ARN of a role');
const sessionName = z.string().regex(/^[\w+=,.@-]{2,64}$/, 'must be 2 to 64 letters, digits and "_+=,.@-"');
const httpUrl = z.url({ protocol: /^https?$/, error: 'must be an http or https address' });

/** How a profile proves who calls. What is secret about it is in the credential store. */
const signIn = z.discriminatedUnion('method', [
  /** A long-lived access key, exchanged for session tokens. */
  z.strictObject({
    method: z.literal('access-key'),
    accessKeyId: z.string().regex(/^\w{16,128}$/, 'must be 16 to 128 letters and digits'),
  }),
  /** A client certificate and its key: PEM files. */
  z.strictObject({ method: z.literal('certificate'), certFile: text, keyFile: text }),
  /** A role, assumed with a token that another system keeps in a file or a variable. */
  z.strictObject({
    method: z.literal('web-identity'),
    roleArn,
    sessionName,
    tokenFile: text.optional(),
    tokenVariable: text.optional(),
  }),
  /** A role, assumed with the token of an OpenID Connect issuer where a person signs in by browser. */
  z.strictObject({
    method: z.literal('oidc'),
    roleArn,
    sessionName,
    issuer: httpUrl,
    clientId: text,
    scopes: text.optional(),
  }),
  /** A session token that somebody else got. */
  z.strictObject({ method: z.literal('token') }),
]);

const profile = z
  .strictObject({
    addresses: z.strictObject({
      secrets: serviceAddress.optional(),
      keys: serviceAddress.optional(),
      identity: serviceAddress.optional(),
      audit: serviceAddress.optional(),
      rotation: serviceAddress.optional(),
      notification: serviceAddress.optional(),
      usage: serviceAddress.optional(),
    }),
    /** The file of the cluster's CA, PEM. */
    caFile: text.optional(),
    /** The CA itself, PEM. */
    ca: text.optional(),
    /** Where AWS's clients call this cluster. */
    gateway: httpUrl.optional(),
    /** Where people open its console. */
    console: httpUrl.optional(),
    region: text.optional(),
    signIn: signIn.optional(),
    /** There is no credential until somebody signs in again. */
    signedOut: z.literal(true).optional(),
    /** Where its credential is. */
    store: z.enum(['keychain', 'file']).optional(),
  })
  .refine(({ ca, caFile }) => (ca === undefined) !== (caFile === undefined), { error: 'must have one of ca and caFile' });

export const PROFILE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** What `config.yaml` holds; nothing in it is secret. */
export const configSchema = z.strictObject({
  default: z.string().optional(),
  profiles: z
    .record(z.string().regex(PROFILE_NAME, 'must be 1 to 64 letters, digits and "._-"'), profile)
    .optional()
    .transform((profiles) => profiles ?? {}),
});

export type Config = z.infer<typeof configSchema>;
export type Profile = z.infer<typeof profile>;
export type SignIn = NonNullable<Profile['signIn']>;
export type SignInBy<Method extends SignIn['method']> = Extract<SignIn, { method: Method }>;
export const serviceNames = [
  'secrets',
  'keys',
  'identity',
  'audit',
  'rotation',
  'notification',
  'usage',
] as const satisfies readonly (keyof Profile['addresses'])[];
