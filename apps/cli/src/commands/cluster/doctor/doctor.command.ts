import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT } from '../../../exit-code';
import type { AddCommand } from '../../../program';
import { sessionOptions } from '../../../session/session-options';
import type { ClientOptions } from '@strongroom/client';
import { examples } from '../../examples';
import { findCheckout } from '../checkout';
import { homeOf } from '../home';
import { diagnose } from './diagnose';
import { bySeverity, type Finding, type Severity } from './finding';
import { type Home, readHome } from './home.check';

interface DoctorOptions {
  home?: string;
  compose?: boolean;
  strict?: boolean;
}

/** Each check waits so long; --timeout may shorten it. Milliseconds. */
const MOST_PATIENCE = 4_000;

export const addDoctor: AddCommand = (program, cli, setExitCode) => {
  program
    .command('doctor')
    .description('say what is wrong with the cluster, and how to mend it')
    .option('--home <folder>', 'of a local cluster; default: STRONGROOM_HOME, else .strongroom')
    .option('--compose', 'look at the cluster of containers on this machine, too')
    .option('--strict', 'a warning counts as something wrong')
    .addHelpText(
      'after',
      `
It looks at every address that it knows: reachable, TLS, names, expiry, health; at your credential and the clocks; and, on the
cluster's own machine, at its database, Redis, files, disk, memory, versions and how far the audit trail is behind. It changes
nothing, and works when everything is down.

Exit codes: 0 all is well, 7 something is wrong.
`,
    )
    .addHelpText('after', examples('doctor', "doctor -o json --query 'findings[?severity!=`ok`]'", 'doctor --compose'))
    .action(async ({ home: folder, compose, strict }: DoctorOptions) => {
      const { terminal, flags, printer } = cli;
      const session = await sessionOptions({ profile: flags.profile }, terminal.env).catch((error: Error) => error);
      const findings = await diagnose({
        session,
        home: relevantHome(
          readHome(homeOf(terminal.env, folder)),
          session,
          folder !== undefined || terminal.env['STRONGROOM_HOME'] !== undefined,
        ),
        composeFile: composeFileFor(compose),
        env: terminal.env,
        timeoutMs: Math.min((flags.timeout ?? 10) * 1000, MOST_PATIENCE),
        now: Date.now(),
        version: __STRONGROOM_VERSION__,
      });
      const isWell = !findings.some(({ severity }) => severity === 'problem' || (strict && severity === 'warning'));
      const sorted = bySeverity(findings);
      printer.rows(
        sorted,
        {
          STATE: ({ severity }) => WORDS[severity],
          WHAT: ({ subject }) => subject,
          FINDING: ({ finding }) => finding,
          ...(printer.format === 'text' && { REMEDY: ({ remedy }: Finding) => remedy }),
        },
        { healthy: isWell, findings: sorted },
      );
      if (printer.format === 'table' && flags.query === undefined) {
        const open = sorted.filter(({ remedy, severity }) => remedy !== undefined && severity !== 'ok');
        if (open.length > 0) printer.line('\nWhat to do:');
        for (const { subject, remedy } of open) printer.line(`  ${subject}: ${remedy}`);
      }
      setExitCode(isWell ? EXIT.ok : EXIT.incomplete);
    });
};

const WORDS: Readonly<Record<Severity, string>> = { ok: 'ok', unknown: 'unknown', warning: 'WARNING', problem: 'PROBLEM' };

/** The folder of another cluster than the one that is called says nothing about it. */
const relevantHome = (home: Home | undefined, session: ClientOptions | Error, isNamed: boolean): Home | undefined => {
  if (home === undefined || isNamed || session instanceof Error) return home;
  const { tls } = session;
  const ca = join(home.layout.pki, 'ca.crt');
  if (!existsSync(ca)) return undefined;
  const own = readFileSync(ca, 'utf8').trim();
  const trusted = 'ca' in tls ? String(tls.ca) : existsSync(tls.caFile) ? readFileSync(tls.caFile, 'utf8') : '';
  return trusted.includes(own) ? home : undefined;
};

const composeFileFor = (isWanted: boolean | undefined): string | undefined => {
  const checkout = findCheckout();
  if (checkout === undefined) return undefined;
  const isThere = isWanted || existsSync(join(checkout, '.strongroom', 'compose', 'env'));
  return isThere ? join(checkout, 'docker', 'docker-compose.yml') : undefined;
};
