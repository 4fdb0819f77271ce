import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { connectAsAdministrator, galeraProvider, serviceNames } from '@strongroom/local-cluster';
// Tools are no project of their own, which is all that the rule objects to.
import { type Fault, instanceKilled, nodeKilled, primaryIsolated, together, upgraded } from '../../../../tools/faults/faults';
import { type Outcome, run } from '../../../../tools/faults/run';
import { System } from '../support/system';

let system: System;

const perform = (faults: readonly Fault[]): Promise<Outcome[]> =>
  run({ cluster: system.cluster, faults, say: (line) => console.log(line) });

/** As `npm run faults` does it; in a process of its own, for jest imports no ES modules. */
const bundleLaterVersion = () => {
  const work = "await (await import('./tools/bootstrap/build.mjs')).bundleTool('tools/faults/later-secrets-api.ts')";
  return promisify(execFile)(process.execPath, ['--input-type=module', '-e', work]);
};
const columnsOf = async (table: string): Promise<string[]> => {
  const connection = await connectAsAdministrator(system.cluster.database, 'strongroom_secrets');
  const [rows] = await connection.query(`SHOW COLUMNS FROM ${table}`);
  await connection.end();
  return (rows as { Field: string }[]).map(({ Field }) => Field);
};
const nothingLost = { lost: [], unrecorded: [], trail: [] };

jest.setTimeout(120_000);

(galeraProvider() === undefined ? describe.skip : describe)('a cluster that is highly available, under a steady load', () => {
  beforeAll(async () => {
    system = await System.own({ highAvailability: true, without: ['aws-gateway', 'console'] });
  });
  afterAll(() => system?.stop());

  it('loses no call that may be repeated when one of two processes of each service is killed', async () => {
    const [outcome] = await perform([together(...serviceNames.map((name) => instanceKilled(`${name}-2`)))]);
    expect(outcome).toMatchObject({ findings: [], failures: [], losses: nothingLost });
  });

  it('loses no call that may be repeated in an upgrade, one process after the other, with a migration', async () => {
    await bundleLaterVersion();
    const [outcome] = await perform([upgraded(['secrets-api'])]);
    expect(outcome).toMatchObject({ findings: [], failures: [], losses: nothingLost });
    expect(await columnsOf('secret')).toContain('later_1');
  });

  it('loses nothing when a database node is killed, and the Redis primary is cut off from the others', async () => {
    const outcomes = await perform([together(nodeKilled(0), primaryIsolated())]);
    expect(outcomes.flatMap(({ fault, findings }) => findings.map((text) => `${fault}: ${text}`))).toEqual([]);
  });
});
