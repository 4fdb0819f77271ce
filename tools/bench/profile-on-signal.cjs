// Preloaded into the services of `npm run bench -- --profile`. SIGUSR2 starts a CPU profile; the next one ends it and writes it
// as <service>.cpuprofile into the folder in BENCH_PROFILES. It is plain JavaScript, because node loads it before anything else.
const { renameSync, writeFileSync } = require('node:fs');
const { Session } = require('node:inspector');
const { basename, dirname, join } = require('node:path');

const file = join(process.env.BENCH_PROFILES, `${basename(dirname(process.argv[1] ?? 'node/node'))}.cpuprofile`);
const session = new Session();
let isRunning = false;
session.connect();
session.post('Profiler.enable');
process.on('SIGUSR2', () => {
  isRunning = !isRunning;
  if (isRunning) return void session.post('Profiler.start');
  session.post('Profiler.stop', (error, result) => {
    // Whoever waits for the file finds it complete.
    writeFileSync(`${file}.part`, error ? JSON.stringify({ error }) : JSON.stringify(result.profile));
    renameSync(`${file}.part`, file);
  });
});
