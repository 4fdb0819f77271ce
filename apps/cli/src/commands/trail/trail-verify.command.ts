import type { Cli } from '../../cli';
import { EXIT } from '../../exit-code';
import type { AddCommand } from '../../program';
import { examples } from '../examples';
import { describeFinding, verifyTrail } from './trail-verification';

interface VerifyOptions {
  resumeToken?: string;
}

export const addTrailVerify: AddCommand = (program, cli, setExitCode) => {
  program
    .command('verify')
    .description('check the hash chain of the whole trail: that no event was changed, removed or reordered')
    .option('--resume-token <token>', 'continue after the place of an earlier verification, which printed this token')
    .addHelpText('after', '\nExit codes: 0 the trail is intact, 7 it is not.\n')
    .addHelpText('after', examples('trail verify', 'trail verify --output json --query resumeToken -o text'))
    .action(async ({ resumeToken }: VerifyOptions) => {
      const strongroom = await cli.strongroom();
      const progress = progressOn(cli);
      const {
        result,
        findings,
        resumeToken: next,
      } = await verifyTrail(strongroom.audit, {
        resumeToken,
        signal: cli.signal,
        progress: progress.show,
      }).finally(() => progress.end());
      const whole = { ...result, findings, resumeToken: next };
      cli.printer.one(whole, {
        TRAIL: () => (result.valid ? 'intact' : 'BROKEN'),
        EVENTS: () => Number(result.eventsVerified),
        END: () => Number(result.lastSequence),
        HASH: () => result.lastHash.toString('hex'),
        'FIRST FINDING': () => findings[0] && describeFinding(findings[0]),
        FINDINGS: () => (findings.length > 1 ? findings.map(describeFinding).join('; ') : undefined),
        'RESUME TOKEN': () => next,
      });
      if (result.valid) return;
      setExitCode(EXIT.incomplete);
      const first = findings[0];
      cli.printer.note(first ? `The trail is broken: ${describeFinding(first)}.` : 'The trail is broken, at an earlier place.');
    });
};

/** One line that changes, on a terminal only. */
const progressOn = ({ terminal: { stderr } }: Cli) => {
  let isShown = false;
  return {
    show: (verified: number, of: number) => {
      if (!stderr.isTTY) return;
      isShown = true;
      stderr.write(`\rVerified ${verified} of ${of} events\u001b[K`);
    },
    end: () => {
      if (isShown) stderr.write('\r\u001b[K');
    },
  };
};
