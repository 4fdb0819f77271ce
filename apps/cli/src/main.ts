import { keepMemoryOutOfCoreFiles } from './process/core-file';
import { runCli } from './run-cli';
import { processTerminal } from './terminal/terminal';

keepMemoryOutOfCoreFiles();
// These are for those who write programs: node has one for each TLS connection to an IP address.
process.noDeprecation = true;
// Otherwise SIGUSR1 would open a debugger of node.
process.on('SIGUSR1', () => undefined);
// Everything that is still open when the command has ended belongs to nobody.
void runCli(process.argv.slice(2), processTerminal()).then((code) => process.exit(code));
