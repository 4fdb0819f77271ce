import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { byPath, services as grpcServices } from '@strongroom/methods';
import { services } from '../../../apps/aws-gateway/src/gateway/services';
import { worldForTests } from '../world/world.testing';
import { allTargets, callers, kinds, type Plan, Planner } from './plan';
import { wireScenarios } from './wire-scenarios';

const methods = byPath(grpcServices);
const proto = resolve(__dirname, '../../../proto/strongroom');
const planner = new Planner('a seed', worldForTests);
const count = allTargets().length;
const plans = (from: number, to: number): Plan[] => Array.from({ length: to - from }, (_, at) => planner.plan(from + at));

const sizeOf = ({ requests }: Plan): number =>
  Math.max(
    0,
    ...requests.map((request) =>
      request.via === 'grpc' ? Buffer.concat(request.messages).length : request.via === 'https' ? request.body.length : 0,
    ),
  );
const canary = Buffer.from(worldForTests.canary);
const hasCanary = ({ requests }: Plan): boolean =>
  requests.some((request) => request.via === 'grpc' && request.messages.some((message) => message.includes(canary)));

/** What is worth knowing of the plans of four rounds, which are too large to keep. */
interface Survey {
  target: string;
  kind: Plan['kind'];
  size: number;
  hasCanary: boolean;
  /** Kept where it asks whether something exists. */
  plan?: Plan;
}
let surveys: Survey[];
beforeAll(() => {
  surveys = Array.from({ length: 4 * count }, (_, index) => {
    const plan = planner.plan(index);
    const { target, kind } = plan;
    return { target, kind, size: sizeOf(plan), hasCanary: hasCanary(plan), plan: kind === 'existence' ? plan : undefined };
  });
});

/** As somebody reads the contracts who knows nothing of descriptors. */
const rpcsInContracts = (readdirSync(proto, { recursive: true }) as string[])
  .filter((file) => file.endsWith('.proto'))
  .flatMap((file) => {
    const text = readFileSync(join(proto, file), 'utf8');
    const packageName = /^package ([\w.]+);/m.exec(text)![1]!;
    return [...text.matchAll(/^service (\w+) \{([^}]*)\}/gm)].flatMap(([, service, body]) =>
      [...body!.matchAll(/^ *rpc (\w+)\(/gm)].map(([, rpc]) => `/${packageName}.${service!}/${rpc!}`),
    );
  });

it('asks for every RPC of the contracts, every operation of the gateway, and writes every scenario, once in a round', () => {
  const operations = services.flatMap(({ signingName, operations: table }) =>
    [...table.keys()].map((name) => `${signingName}.${name}`),
  );
  const scenarios = wireScenarios.map(({ name }) => `wire: ${name}`);
  expect(rpcsInContracts.length).toBeGreaterThan(100);
  expect(operations.length).toBeGreaterThan(100);
  expect(
    surveys
      .slice(0, count)
      .map(({ target }) => target)
      .sort(),
  ).toEqual([...rpcsInContracts, ...operations, ...scenarios].sort());
});

it('knows the rule of every RPC', () => {
  // Whoever may call some method on behalf of others may call this one.
  expect(rpcsInContracts.filter((path) => !(path in methods))).toEqual(['/strongroom.relay.v1.RelayService/Relay']);
});

it('asks for each target in every kind by every caller, within a cycle', () => {
  const rounds = kinds.length * callers.length;
  expect(planner.cycle).toBe(count * rounds);
  const place = allTargets().findIndex((target) => 'https' in target);
  const asked = Array.from({ length: rounds }, (_, round) => planner.plan(round * count + place)).map(
    ({ kind, caller }) => `${kind} by ${caller}`,
  );
  // Whether something exists is no question of those who may know.
  const wanted = kinds.flatMap((kind) =>
    callers
      .filter((caller) => kind !== 'existence' || !['owner', 'deputy'].includes(caller))
      .map((caller) => `${kind} by ${caller}`),
  );
  expect(wanted.filter((one) => !asked.includes(one))).toEqual([]);
});

it('asks for each target in every kind within as many rounds as there are kinds', () => {
  const rounds = Array.from({ length: kinds.length }, (_, round) => planner.plan(round * count + 5).kind);
  expect(new Set(rounds).size).toBe(kinds.length);
});

it('makes the same requests of the same seed, and others of another', () => {
  const again = new Planner('a seed', worldForTests);
  const other = new Planner('another seed', worldForTests);
  const bytes = ({ requests }: Plan) =>
    JSON.stringify(requests, (_, value: unknown) => (typeof value === 'function' ? undefined : value));
  for (const index of [0, 7, 300, 1_234]) expect(bytes(again.plan(index))).toBe(bytes(planner.plan(index)));
  expect(plans(0, 50).filter((plan) => bytes(other.plan(plan.index)) === bytes(plan)).length).toBeLessThan(10);
});

it('asks twice where it looks for what may not be known: once for what exists, once for what does not, and else the same', () => {
  const pairs = surveys.flatMap(({ plan }) => (plan && plan.twins.length > 0 ? [plan] : []));
  expect(pairs.length).toBeGreaterThan(20);
  let different = 0;
  for (const { requests, twins, caller } of pairs) {
    expect(['owner', 'deputy']).not.toContain(caller);
    const [existing, absent] = requests.map((request) =>
      request.via === 'grpc'
        ? request.messages.map((message) => message.toString('latin1')).join()
        : request.via === 'https'
          ? decodeURIComponent(request.body.toString())
          : '',
    );
    if (existing !== absent) different++;
    expect(twins.reduce((text, twin) => text.replaceAll(twin.existing, twin.absent), existing!)).toBe(absent);
  }
  expect(different).toBeGreaterThan(pairs.length / 2);
});

it('puts values that must not show only into requests whose fields stay what they are', () => {
  const withCanary = surveys.filter((survey) => survey.hasCanary);
  expect(withCanary.length).toBeGreaterThan(5);
  for (const { kind } of withCanary) expect(['truncated', 'mutated', 'duplicated']).not.toContain(kind);
});

it('sends nothing without end', () => {
  for (const { size } of surveys) expect(size).toBeLessThan(24 << 20);
});
