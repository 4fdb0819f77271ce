// Tools are no project of their own, which is all that the rule objects to.
import { run } from '../../../tools/fuzz/run';
import { System } from './support/system';

let system: System;

beforeAll(async () => {
  system = await System.shared();
});
afterAll(() => system?.stop());

jest.setTimeout(120_000);

it('stands what a fixed seed sends it: every RPC, every operation of the gateway, bytes of no protocol, and servers that lie', async () => {
  const { report, requests, statuses } = await run({
    cluster: system.cluster,
    seed: 'of the tests',
    count: 2_500,
    rotations: 16,
  });
  expect(report.findings).toEqual([]);
  expect(requests).toBeGreaterThan(2_500);
  // It got past the door.
  for (const status of ['grpc OK', 'grpc NOT_FOUND', 'grpc PERMISSION_DENIED', 'https 200']) {
    expect([status, statuses[status] ?? 0]).toEqual([status, expect.any(Number)]);
    expect(statuses[status]).toBeGreaterThan(5);
  }
});
