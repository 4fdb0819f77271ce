import { MAX_VERIFICATIONS, VerificationTurns } from './verification-turns';

const settle = () => new Promise((resolve) => setImmediate(resolve));

/** Steps that take until they are told to end, and what became of them. */
const slowSteps = () => {
  const steps = { begun: 0, hasEnded: false, finish: () => undefined as void };
  const generator = (async function* () {
    try {
      for (;;) {
        steps.begun++;
        await new Promise<void>((resolve) => (steps.finish = resolve));
        yield steps.begun;
      }
    } finally {
      steps.hasEnded = true;
    }
  })();
  return Object.assign(steps, { generator });
};

/** One of a trail that is far from its end: asks for a step whenever it has one. */
const longVerification = (turns: VerificationTurns, accountId: string) => {
  const steps = slowSteps();
  const verification = turns.enter(accountId).inTurns(steps.generator);
  void (async () => {
    for await (const _ of verification);
  })();
  return steps;
};

it('lets another account have its turn between two stretches of the others', async () => {
  const turns = new VerificationTurns();
  const long = ['a', 'b'].map((account) => longVerification(turns, account));
  await settle();
  const next = longVerification(turns, 'c');
  await settle();
  expect([...long, next].map(({ begun }) => begun)).toEqual([1, 1, 0]);
  long[0]!.finish();
  await settle();
  expect([...long, next].map(({ begun }) => begun)).toEqual([1, 1, 1]);
  long[1]!.finish();
  await settle();
  expect([...long, next].map(({ begun }) => begun)).toEqual([2, 1, 1]);
});

it('takes no turn while nobody reads', async () => {
  const turns = new VerificationTurns();
  for (const account of ['a', 'b']) {
    const steps = slowSteps();
    const first = turns.enter(account).inTurns(steps.generator).next();
    await settle();
    steps.finish();
    await first;
  }
  const next = longVerification(turns, 'c');
  await settle();
  expect(next.begun).toBe(1);
});

it('lets accounts take turns for verifications in one answer too', async () => {
  const turns = new VerificationTurns();
  const order: string[] = [];
  const verify = (account: string) => turns.inOneTurn(account, async () => void order.push(account));
  await Promise.all(['a', 'a', 'a', 'a', 'b'].map(verify));
  expect(order.indexOf('b')).toBeLessThan(3);
});

it('verifies one trail of an account at a time, and so many in all', () => {
  const turns = new VerificationTurns();
  const refusal = { reason: 'LimitExceededException' };
  const { leave } = turns.enter('0');
  expect(() => turns.enter('0')).toThrow(expect.objectContaining(refusal));
  for (let n = 1; n < MAX_VERIFICATIONS; n++) turns.enter(`${n}`);
  expect(() => turns.enter('another')).toThrow(expect.objectContaining(refusal));
  leave();
  turns.enter('another');
});

it('ends the steps of who leaves, and gives the turn to who waits', async () => {
  const turns = new VerificationTurns();
  const steps = slowSteps();
  const verification = turns.enter('a').inTurns(steps.generator);
  const first = verification.next();
  await settle();
  const leaving = verification.return(undefined);
  longVerification(turns, 'b');
  const next = longVerification(turns, 'c');
  await settle();
  expect(next.begun).toBe(0);
  steps.finish();
  await Promise.all([first, leaving]);
  await settle();
  expect([steps.hasEnded, next.begun]).toEqual([true, 1]);
});

it('gives the turn back when a step fails, and tells why', async () => {
  const turns = new VerificationTurns();
  for (const account of ['a', 'b']) {
    const failing = (async function* () {
      yield* [];
      throw new Error('no database');
    })();
    await expect(turns.enter(account).inTurns(failing).next()).rejects.toThrow('no database');
  }
  const next = longVerification(turns, 'c');
  await settle();
  expect(next.begun).toBe(1);
});
