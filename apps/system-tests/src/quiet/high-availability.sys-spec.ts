import { galeraProvider, serviceNames } from '@strongroom/local-cluster';
// Tools are no project of their own, which is all that the rule objects to.
import { type Fault, instanceKilled, nodeKilled, primaryKilled, together } from '../../../../tools/faults/faults';
import { drawFaults, type Outcome, run } from '../../../../tools/faults/run';
import { System } from '../support/system';

let system: System;

const perform = (faults: Iterable<Fault>): Promise<Outcome[]> =>
  run({ cluster: system.cluster, faults, say: (line) => console.log(line) });

jest.setTimeout(120_000);

(galeraProvider() === undefined ? describe.skip : describe)('a cluster that is highly available, under a steady load', () => {
  beforeAll(async () => {
    system = await System.own({ highAvailability: true, without: ['aws-gateway', 'console'] });
  });
  afterAll(() => system?.stop());

  it('loses no call that may be repeated when one of two processes of each service is killed', async () => {
    const [outcome] = await perform([together(...serviceNames.map((name) => instanceKilled(`${name}-2`)))]);
    expect(outcome).toMatchObject({ findings: [], failures: [], losses: [] });
  });

  it('loses nothing when a database node and the Redis primary are killed, or what a fixed seed draws', async () => {
    const outcomes = await perform([together(nodeKilled(0), primaryKilled()), ...drawFaults('short', 1)]);
    expect(outcomes.flatMap(({ fault, findings }) => findings.map((text) => `${fault}: ${text}`))).toEqual([]);
  });
});
