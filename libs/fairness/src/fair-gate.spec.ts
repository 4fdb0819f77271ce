import fc from 'fast-check';
import { FairGate, type Leave } from './index';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** How many lanes are remembered. */
const lanesOf = (gate: FairGate): number => (gate as unknown as { lanes: Map<string, unknown> }).lanes.size;

/** Enters, and says when. */
const visit = (gate: FairGate, lane: string, log: string[]): { leave(): void; isInside: boolean } => {
  let leave: Leave | undefined;
  const visitor = {
    get isInside() {
      return leave !== undefined;
    },
    leave: () => leave!(),
  };
  void Promise.resolve(gate.enter(lane)).then((answer) => {
    leave = answer;
    log.push(lane);
  });
  return visitor;
};

describe('FairGate', () => {
  it('answers at once while a slot is free', () => {
    const gate = new FairGate({ slots: 2 });
    const leave = gate.enter('a');
    expect(leave).toBeInstanceOf(Function);
    expect(gate.enter('a')).toBeInstanceOf(Function);
    const third = gate.enter('b');
    expect(third).toBeInstanceOf(Promise);
    (leave as Leave)();
    return expect(third).resolves.toBeInstanceOf(Function);
  });

  it('lets lanes take turns, however many wait in one', async () => {
    const gate = new FairGate({ slots: 1 });
    const log: string[] = [];
    const greedy = Array.from({ length: 50 }, () => visit(gate, 'greedy', log));
    const modest = [visit(gate, 'modest', log), visit(gate, 'modest', log)];
    const all = [...greedy, ...modest];
    const left = new Set<object>();
    while (left.size < all.length) {
      await settle();
      for (const visitor of all) {
        if (!visitor.isInside || left.has(visitor)) continue;
        left.add(visitor);
        visitor.leave();
        break;
      }
    }
    expect(log.slice(0, 5)).toEqual(['greedy', 'greedy', 'modest', 'greedy', 'modest']);
    expect(log).toHaveLength(52);
  });

  it('keeps slots free for others than the greediest', async () => {
    const gate = new FairGate({ slots: 4, slotsPerLane: 3 });
    for (let n = 0; n < 3; n++) void gate.enter('greedy');
    const fourth = gate.enter('greedy');
    expect(fourth).toBeInstanceOf(Promise);
    expect(gate.enter('modest')).toBeInstanceOf(Function);
  });

  it('turns away who finds a lane full, and nobody else', () => {
    const gate = new FairGate({ slots: 1, maxWaitingPerLane: 1, turnAway: () => new Error('full') });
    void gate.enter('a');
    void gate.enter('a');
    expect(() => gate.enter('a')).toThrow('full');
    expect(gate.enter('b')).toBeInstanceOf(Promise);
  });

  it('gives a slot back once', async () => {
    const gate = new FairGate({ slots: 1 });
    const leave = gate.enter('a') as Leave;
    const waiting = gate.enter('a');
    leave();
    leave();
    expect(await waiting).toBeInstanceOf(Function);
    expect(gate.enter('b')).toBeInstanceOf(Promise);
  });

  it('gives a slot back when the work fails', async () => {
    const gate = new FairGate({ slots: 1 });
    await expect(gate.through('c', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(gate.enter('c')).toBeInstanceOf(Function);
  });

  it('sends away who would wait too long, without losing a place', async () => {
    const gate = new FairGate({ slots: 3, slotsPerLane: 2 });
    const inside = [gate.enter('a'), gate.enter('a'), gate.enter('b')] as Leave[];
    expect(await gate.enterWithin('a', 1)).toBeUndefined();
    expect(await gate.enterWithin('c', 1)).toBeUndefined();
    expect(lanesOf(gate)).toBe(2);
    for (const leave of inside) leave();
    const again = [await gate.enterWithin('a', 1), await gate.enterWithin('a', 1)];
    expect(again).not.toContain(undefined);
    expect(await gate.enterWithin('a', 1)).toBeUndefined();
    for (const leave of again) leave!();
    expect(lanesOf(gate)).toBe(0);
  });

  it('lets in who waits with patience when another leaves, and one for each', async () => {
    const gate = new FairGate({ slots: Infinity, slotsPerLane: 2 });
    const [first] = [gate.enter('a'), gate.enter('a')] as Leave[];
    expect(await gate.enterWithin('b', 1)).toBeInstanceOf(Function);
    let isInside = false;
    const third = gate.enterWithin('a', 1_000_000).then((leave) => ((isInside = true), leave!));
    await settle();
    expect(isInside).toBe(false);
    first!();
    first!();
    (await third)();
  });

  it('never lets in more than it has slots, loses nobody, and forgets empty lanes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.record({ lane: fc.constantFrom('a', 'b', 'c'), turns: fc.nat(3) }), { maxLength: 40 }),
        async (slots, slotsPerLane, visits) => {
          const gate = new FairGate({ slots, slotsPerLane });
          const inside: Record<string, number> = { a: 0, b: 0, c: 0 };
          await Promise.all(
            visits.map(({ lane, turns }) =>
              gate.through(lane, async () => {
                inside[lane]!++;
                expect(inside[lane]).toBeLessThanOrEqual(slotsPerLane);
                expect(inside['a']! + inside['b']! + inside['c']!).toBeLessThanOrEqual(slots);
                for (let turn = 0; turn < turns; turn++) await Promise.resolve();
                inside[lane]!--;
              }),
            ),
          );
          expect(lanesOf(gate)).toBe(0);
        },
      ),
    );
  });
});
