import { runCli } from './run-cli';
import { processTerminal } from './terminal/terminal';

// Everything that is still open when the command has ended belongs to nobody.
void runCli(process.argv.slice(2), processTerminal()).then((code) => process.exit(code));
