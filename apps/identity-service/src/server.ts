import { Authorizer, systemScheduler } from '@strongroom/access';
import type { AuditRecorder } from '@strongroom/audit-trail';
import { createHotPool, openDataSource } from '@strongroom/database';
import { holdRootKeys } from '@strongroom/root-keys';
import type { Shell, ShellConfig } from '@strongroom/service';
import { OidcIssuers } from './clients/oidc-issuers';
import type { IdentityConfig } from './config';
import { CertificateUris } from './domain/certificate-uri';
import { ChangeFeed } from './domain/change-feed';
import { CredentialMint } from './domain/credentials';
import { GuessLimiter } from './domain/guess-limiter';
import { PASSWORD_COST, PasswordHasher } from './domain/hashing/password-hasher';
import { Passkeys } from './domain/passkeys';
import { Passwords } from './domain/passwords';
import { PrincipalDirectory } from './domain/principal-directory';
import { purgeRegularly } from './domain/retention';
import { Seeds } from './domain/seeds';
import { directoryHandlers, identityHandlers, signingKeyHandlers, signInHandlers, tokenHandlers } from './handlers';
import type { Dependencies } from './handlers/dependencies';
import { IamAccess } from './handlers/iam-access';
import { identifyCaller } from './handlers/identify-caller';
import { identifyWebIdentity } from './handlers/identify-web-identity';
import { OwnPrincipals } from './handlers/own-principals';
import { SignInTrail } from './handlers/sign-in-trail';
import { DatabaseChangeLog } from './persistence/change-log';
import { DatabaseGuessCounter } from './persistence/guess-counter';
import { DatabaseStore } from './persistence/store';
import { DatabasePrincipalReader } from './persistence/principal.reader';
import { entities } from './persistence/entities';
import { sealedTables } from './persistence/sealed-tables';

/** To the database, for calls; one call holds one from its first statement to its last. */
const CONNECTIONS = 16;

/** What the service uses of others; tests bring their own. */
export interface Others {
  recorder: AuditRecorder;
  /** Default: the one that does nothing but decide. */
  authorizer?: Authorizer;
  /** Default: `PASSWORD_COST`. */
  passwordCost?: typeof PASSWORD_COST;
}

type ServedConfig = ShellConfig & Pick<IdentityConfig, 'certificatePrefixes' | 'database' | 'oidcIssuers' | 'rootKeys'>;

/** The service with the real others. @throws when nobody can open the root key, or a store is away */
export async function startIdentityService(shell: Shell<IdentityConfig>) {
  return serveIdentities(shell, { recorder: await shell.journal(shell.config.redis) });
}

/** The service proper: its database, its handlers, its port. */
export async function serveIdentities(shell: Shell<ServedConfig>, others: Others) {
  const { config, clock, random, logger } = shell;
  const { accountId, database, region, trustDomain } = config;
  const { recorder, authorizer = new Authorizer({ region, clock }), passwordCost = PASSWORD_COST } = others;
  const dataSource = await openDataSource({ database, entities, poolSize: CONNECTIONS, logger });
  shell.own('the data source', dataSource, () => dataSource.destroy());
  // The feed has a connection of its own: its heartbeat must not wait behind anybody's reads.
  const feedPool = shell.own("the change feed's pool", createHotPool(database, { poolSize: 1 }));
  const readPool = shell.own('the pool for reads', createHotPool(database, { poolSize: 8 }));
  // Strangers who guess are not in the way of anybody.
  const guessPool = shell.own('the pool for guesses', createHotPool(database, { poolSize: 2 }));
  const feed = new ChangeFeed(new DatabaseChangeLog(feedPool), systemScheduler);
  const store = new DatabaseStore(dataSource, clock, () => feed.poke());
  const rootKeys = await holdRootKeys(shell, {
    config: config.rootKeys,
    database,
    tables: sealedTables,
    recorder,
    eventSource: 'iam.amazonaws.com',
  });
  shell.own('the change feed', feed, () => feed.stop());
  await feed.start();

  const reader = new DatabasePrincipalReader(readPool);
  const directory = new PrincipalDirectory(reader, clock);
  const principals = new OwnPrincipals(directory, { accountId, trustDomain });
  const dependencies: Dependencies = {
    accountId,
    certificateUris: new CertificateUris({ trustDomain, accountId, prefixes: config.certificatePrefixes }),
    clock,
    random,
    store,
    directory,
    reader,
    principals,
    feed,
    mint: new CredentialMint(rootKeys, random),
    passwords: new Passwords(rootKeys, random, new PasswordHasher(random, passwordCost)),
    seeds: new Seeds(rootKeys, random),
    passkeys: new Passkeys(rootKeys, random, clock),
    guesses: new GuessLimiter(new DatabaseGuessCounter(guessPool), clock),
    signIns: new SignInTrail({ recorder, clock, random, region, accountId }),
    webIdentities: new OidcIssuers(config.oidcIssuers, clock),
    access: new IamAccess(authorizer),
  };
  const stopPurging = purgeRegularly(store, clock, systemScheduler, (error) => logger.warn('the purge failed', { error }));
  shell.own('the purge', stopPurging, (stop) => stop());
  const port = await shell.serve({
    principals,
    recorder,
    services: [
      identityHandlers(dependencies),
      tokenHandlers(dependencies),
      directoryHandlers(dependencies),
      signingKeyHandlers(dependencies),
      signInHandlers(dependencies),
    ],
    identify: (refused) => [identifyCaller(dependencies, refused), identifyWebIdentity(dependencies, refused)],
    // As many as there are connections: nobody waits for one inside, where accounts do not take turns.
    bounds: { running: CONNECTIONS, runningOfAccount: CONNECTIONS - 4 },
  });
  return { port };
}
