import { Option } from 'commander';
import { StrongroomClient } from '@strongroom/client';
import type { Cli } from '../../cli';
import type { AddCommand } from '../../program';
import { checkProfileName, ConfigFile } from '../../session/config-file';
import { chooseStore, type Credential, type CredentialStore } from '../../session/credential-store';
import type { Profile } from '../../session/profile';
import { anonymousOptions, withCertificate } from '../../session/session-options';
import { renewalOf, type SignInContext } from '../../session/sign-in';
import { collect } from '../options';
import { examples } from '../examples';
import { type ClusterChoice, clusterOf } from './login-cluster';
import { type Method, type MethodOptions, methodOf } from './login-method';

interface LoginOptions extends ClusterChoice, MethodOptions {
  store?: CredentialStore['kind'];
  default?: boolean;
}

export const addLogin: AddCommand = (program, cli) => {
  program
    .command('login')
    .description('sign in to a cluster, and keep how in a profile; secrets are read from standard input, a file or a prompt')
    .optionsGroup('Which cluster:')
    .option('--from-environment', 'the one that the variables of this shell describe')
    .option('--env-file <file>', 'the one that an environment file describes, such as .strongroom/env')
    .option('--address <service=address>', 'secrets, keys, identity, audit or rotation; several times', collect())
    .option('--ca <file>', "the cluster's CA, PEM")
    .option('--inline-ca', 'keep the CA itself in the profile, not the path of its file')
    .option('--gateway <url>', "where AWS's clients call it")
    .option('--console <url>', 'where people open its console')
    .option('--region <name>', 'its region')
    .optionsGroup('As whom:')
    .option('--access-key-id <id>', 'an access key; asks for its secret')
    .option('--secret-file <file>', 'takes the secret of the access key from a file of mode 0600')
    .option('--certificate <file>', 'a client certificate, PEM')
    .option('--key <file>', 'its private key, PEM, mode 0600')
    .option('--role-arn <arn>', 'a role, with a token of another system:')
    .option('--web-identity-token-file <file>', 'the file where that system keeps the token')
    .option('--web-identity-token-env <variable>', 'the variable where it keeps the token')
    .option('--issuer <url>', 'the OpenID Connect issuer where you sign in by browser')
    .option('--client-id <id>', 'of this program at the issuer')
    .option('--scopes <scopes>', 'what to ask the issuer for; default: "openid offline_access"')
    .option('--device', 'sign in with a code on another device')
    .option('--session-name <name>', 'of the session of the role, in the trail')
    .option('--with-token', 'a session token, from standard input')
    .optionsGroup('Where:')
    .addOption(
      new Option('--store <kind>', 'where to keep what is secret; default: the keychain if there is one that works').choices([
        'keychain',
        'file',
      ]),
    )
    .option('--default', 'make the profile the default; the first one is')
    .addHelpText(
      'after',
      examples(
        'login --env-file .strongroom/env',
        'login --profile prod --address secrets=vault:7410 --address identity=vault:7412 --ca ca.pem \\\n      --access-key-id AKIA…',
        'login --profile prod --certificate me.pem --key me.key',
        'login --profile ci --role-arn arn:aws:iam::000000000000:role/ci --web-identity-token-env CI_TOKEN',
        'login --profile prod --role-arn arn:aws:iam::000000000000:role/dev --issuer https://id.example.org --client-id strongroom',
      ),
    )
    .action((options: LoginOptions) => login(cli, options));
};

/** Nothing is written before the cluster has said who this is. */
const login = async (cli: Cli, options: LoginOptions): Promise<void> => {
  const { env } = cli.terminal;
  const config = ConfigFile.of(env);
  const { profiles, default: standing } = await config.read();
  const name = cli.flags.profile ?? (env['STRONGROOM_PROFILE'] || standing) ?? 'default';
  checkProfileName(name);
  const { cluster, offered } = await clusterOf(options, env, Object.hasOwn(profiles, name) ? profiles[name] : undefined);
  const anonymous = await anonymousOptions(cluster, cli.sessionFlags);
  const method = await methodOf(cli, options, offered, cluster.signIn);
  const { signIn } = method;
  const credential = await firstCredential(method, { profile: name, env, anonymous });
  const arn = await callerOf(
    signIn.method === 'certificate'
      ? await withCertificate(anonymous, signIn)
      : { ...anonymous, token: credential.session!.token },
  );
  await keep(config, name, { ...cluster, signIn }, credential, options.store);
  if (options.default) await config.setDefault(name);
  const { default: now } = await config.read();
  cli.printer.done(
    `Signed in as ${arn}, profile ${name}.${now === name ? '' : ` Commands use ${now} unless you say --profile ${name}.`}`,
    { arn, profile: name },
  );
};

/** What is secret of the profile, with a session that shows that it is right. */
const firstCredential = async ({ signIn, credential, begin }: Method, context: SignInContext): Promise<Credential> => {
  if (begin !== undefined) return { ...credential, session: await begin(context) };
  if (credential.session !== undefined) return credential;
  return { ...credential, ...(await renewalOf(signIn, context)?.(credential)) };
};

const callerOf = async (options: ConstructorParameters<typeof StrongroomClient>[0]): Promise<string> => {
  const client = new StrongroomClient(options);
  try {
    return (await client.tokens.getCallerIdentity()).arn;
  } finally {
    client.close();
  }
};

/** First the credential: a profile without one would be signed out. */
const keep = async (
  config: ConfigFile,
  name: string,
  profile: Profile,
  credential: Credential,
  wanted: CredentialStore['kind'] | undefined,
): Promise<void> => {
  if (Object.keys(credential).length === 0) return config.put(name, profile);
  const store = await chooseStore(wanted, config.directory);
  await store.write(name, credential);
  await config.put(name, { ...profile, store: store.kind });
};
