import { ConfigError } from '@strongroom/config';
import { type LogFields, silentLogger } from '@strongroom/telemetry';
import type { DatabaseNode } from './database-config';
import { chooseNode } from './node-choice';
import type { NodeState } from './node-probe';

const nodes = ['a', 'b', 'c'].map((host) => ({ host, port: 3_306 }));
const well: NodeState = { health: 'well', cluster: 'one' };
const away: NodeState = { health: 'unwell', reason: 'connect ECONNREFUSED' };
const refused: NodeState = { health: 'unwell', reason: 'Access denied', refusal: new Error('Access denied') };

let logged: (LogFields | undefined)[];
beforeEach(() => {
  logged = [];
});

/** Of so many looks as there are rounds, each with the state of each node. */
const choose = (rounds: NodeState[][], waitMs = 0) => {
  const logger = { ...silentLogger, warn: (_: string, fields?: LogFields) => void logged.push(fields) };
  let asked = 0;
  const stateOf = ({ host }: DatabaseNode) => {
    const round = rounds[Math.min(rounds.length - 1, Math.floor(asked++ / rounds[0]!.length))]!;
    return Promise.resolve(round[nodes.findIndex((node) => node.host === host)]!);
  };
  return chooseNode(nodes.slice(0, rounds[0]!.length), stateOf, { waitMs, logger });
};

it('chooses the first node that is well, and names those that are not', async () => {
  const behind: NodeState = { health: 'behind', reason: 'wsrep_local_state_comment is Joined', cluster: 'one' };
  expect((await choose([[away, behind, well]])).index).toBe(2);
  expect(logged).toEqual([
    { address: 'a:3306', reason: 'connect ECONNREFUSED' },
    { address: 'b:3306', reason: 'wsrep_local_state_comment is Joined' },
  ]);
});

it('names none while it waits', async () => {
  expect(
    (
      await choose(
        [
          [away, away],
          [well, well],
        ],
        1_000,
      )
    ).index,
  ).toBe(0);
  expect(logged).toEqual([]);
});

it('says what is wrong with each when none is well in time', async () => {
  await expect(choose([[away, { health: 'silent', reason: 'it does not answer' }]])).rejects.toMatchObject({
    reason: 'ServiceUnavailableException',
    message:
      'STRONGROOM_DATABASE_HOST: a node must take statements and be in step; ' +
      'a:3306: connect ECONNREFUSED; b:3306: it does not answer',
  });
});

it('does not wait where every node answers and lets nobody in', async () => {
  const message = 'STRONGROOM_DATABASE_HOST: a:3306: Access denied; b:3306: Access denied';
  await expect(choose([[refused, refused]], 600_000)).rejects.toThrow(message);
  await expect(choose([[refused, away]])).rejects.toMatchObject({ reason: 'ServiceUnavailableException' });
});

describe('several nodes', () => {
  const rule = 'STRONGROOM_DATABASE_HOST: several hosts must be nodes of one Galera cluster';

  it.each<[string, NodeState[], string]>([
    ['clusters differ', [well, { ...well, cluster: 'two' }], 'a:3306 has one, b:3306 has two'],
    ['one has none', [well, { ...well, cluster: null }], 'a:3306 has one, b:3306 has none'],
    [
      'all have none',
      [
        { ...well, cluster: null },
        { ...well, cluster: null },
      ],
      'a:3306 has none, b:3306 has none',
    ],
    ['one that is not well is of another', [well, { ...away, cluster: 'two' }], 'a:3306 has one, b:3306 has two'],
  ])('are refused at once where %s', async (_, states, which) => {
    const refusal = choose([states], 600_000);
    await expect(refusal).rejects.toThrow(ConfigError);
    await expect(refusal).rejects.toThrow(rule);
    await expect(refusal).rejects.toThrow(which);
  });

  it('may be silent about their cluster', async () => {
    expect((await choose([[well, away]])).index).toBe(0);
  });
});

it('takes a single server that is of no cluster', async () => {
  expect((await choose([[{ health: 'well', cluster: null }]])).index).toBe(0);
});
