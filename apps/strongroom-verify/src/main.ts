import { runVerify } from './run-verify';

void runVerify(process.argv.slice(2), {
  line: (text) => void process.stdout.write(`${text}\n`),
  error: (text) => void process.stderr.write(`strongroom-verify: ${text}\n`),
}).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    process.stderr.write(`strongroom-verify: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  },
);
