import { type Caller, callerForTests } from '@strongroom/access';
import { ManualClock, MINUTE } from '@strongroom/clock';
import { WatchedCallers } from './watched-callers';

const setUp = () => {
  let now = 0;
  const clock = new ManualClock();
  let answer: (id: string) => Promise<Caller | undefined> = () => Promise.resolve(undefined);
  let asked = 0;
  const source = {
    revision: undefined as number | undefined,
    byCredentialId: (id: string) => {
      asked++;
      return answer(id);
    },
  };
  const callers = new WatchedCallers(source, clock, () => now);
  const stream = () => {
    const heard: unknown[] = [];
    return {
      heard,
      callerIs: (caller: Caller) => void heard.push(caller),
      timeHasPassed: () => void heard.push('time has passed'),
      end: ({ message }: Error) => void heard.push(message),
    };
  };
  const sweep = async () => {
    callers.sweep();
    for (let n = 0; n < 5; n++) await Promise.resolve();
  };
  return {
    callers,
    source,
    clock,
    stream,
    sweep,
    asked: () => asked,
    answerWith: (given: typeof answer) => (answer = given),
    later: (milliseconds: number) => (now += milliseconds),
  };
};

const caller = callerForTests();
const changed = callerForTests({ tags: { team: 'blue' } });

it('asks once for each credential, and tells its streams only of what is new', async () => {
  const { callers, stream, sweep, asked, answerWith } = setUp();
  const [first, second] = [stream(), stream()];
  callers.add(caller, first);
  callers.add(caller, second);
  answerWith(() => Promise.resolve(caller));
  await sweep();
  expect([asked(), first.heard, second.heard]).toEqual([1, [], []]);
  answerWith(() => Promise.resolve(changed));
  await sweep();
  await sweep();
  expect(first.heard).toEqual([changed]);
  expect(second.heard).toEqual([changed]);
  callers.remove(caller, first);
  callers.remove(caller, second);
});

it('tells nobody of a caller who was read again and may do the same', async () => {
  const { callers, stream, sweep, answerWith } = setUp();
  const one = stream();
  callers.add(caller, one);
  answerWith(() => Promise.resolve({ ...caller }));
  await sweep();
  expect(one.heard).toEqual([]);
  callers.remove(caller, one);
});

it.each([
  ['old', caller],
  ['new', changed],
])('tells all streams if one was opened before a change and one after it, the %s one last', async (_which, last) => {
  const { callers, stream, sweep, answerWith } = setUp();
  const [first, second] = [stream(), stream()];
  callers.add(last === caller ? changed : caller, first);
  callers.add(last, second);
  answerWith(() => Promise.resolve(changed));
  await sweep();
  expect([first.heard, second.heard]).toEqual([[changed], [changed]]);
  callers.remove(caller, first);
  callers.remove(caller, second);
});

it('tells those whose rights depend on the time a minute later, and only them', async () => {
  const { callers, clock, stream, sweep, answerWith } = setUp();
  answerWith(() => Promise.resolve(caller));
  const [byTime, other] = [stream(), stream()];
  callers.add(caller, byTime);
  callers.add(caller, other);
  callers.dependsOnTime(byTime);
  expect([callers.areByTime(byTime), callers.areByTime(other)]).toEqual([true, false]);
  clock.advance(MINUTE - 1);
  callers.dependsOnTime(byTime);
  await sweep();
  expect(byTime.heard).toEqual([]);
  clock.advance(1);
  await sweep();
  clock.advance(MINUTE);
  await sweep();
  expect([byTime.heard, other.heard]).toEqual([['time has passed'], []]);
  callers.remove(caller, byTime);
  callers.remove(caller, other);
});

it('ends the streams of a credential that is none any more', async () => {
  const { callers, stream, sweep } = setUp();
  const one = stream();
  callers.add(caller, one);
  await sweep();
  expect(one.heard).toHaveLength(1);
  callers.remove(caller, one);
});

it('waits five seconds for an answer, and no longer', async () => {
  const { callers, stream, sweep, answerWith, later } = setUp();
  const one = stream();
  callers.add(caller, one);
  answerWith(() => Promise.reject(new Error('away')));
  later(4_999);
  await sweep();
  expect(one.heard).toEqual([]);
  later(1);
  await sweep();
  expect(one.heard).toEqual([expect.stringContaining('can no longer be identified')]);
  callers.remove(caller, one);
});

it('asks for so many at a time, and ends who does not get a turn for five seconds', async () => {
  const { callers, stream, sweep, asked, answerWith, later } = setUp();
  const many = Array.from({ length: 200 }, (_, n) => ({ caller: callerForTests({ name: `caller-${n}` }), stream: stream() }));
  for (const each of many) callers.add(each.caller, each.stream);
  const answers: (() => void)[] = [];
  answerWith(() => new Promise((resolve) => answers.push(() => resolve(caller))));
  await sweep();
  await sweep();
  expect(asked()).toBe(128);
  later(5_000);
  await sweep();
  expect(many.every(({ stream: { heard } }) => String(heard[0]).includes('can no longer be identified'))).toBe(true);
  for (const each of many) callers.remove(each.caller, each.stream);
});

it('asks for nobody again while the principals are as they were, but for who is new and whose session has ended', async () => {
  const { callers, source, clock, stream, sweep, asked, answerWith, later } = setUp();
  const session = callerForTests({ name: 'role/r', expireTime: new Date(clock.millis() + MINUTE) });
  const other = callerForTests({ name: 'other' });
  const known = new Map([caller, session, other].map((each) => [each.credentialId, each]));
  const [one, ofSession, added] = [stream(), stream(), stream()];
  callers.add(caller, one);
  callers.add(session, ofSession);
  answerWith((id) => Promise.resolve(known.get(id)));
  source.revision = 1;
  await sweep();
  expect(asked()).toBe(2);
  later(60_000);
  await sweep();
  expect(asked()).toBe(2);
  callers.add(other, added);
  await sweep();
  expect(asked()).toBe(3);
  clock.advance(MINUTE);
  known.delete(session.credentialId);
  await sweep();
  expect([asked(), ofSession.heard.length, one.heard.length]).toEqual([4, 1, 0]);
  source.revision = 2;
  known.set(caller.credentialId, changed);
  await sweep();
  expect(one.heard).toEqual([changed]);
  callers.remove(caller, one);
  callers.remove(session, ofSession);
  callers.remove(other, added);
});

it('begins the five seconds when it asks in vain, however long nothing had to be asked', async () => {
  const { callers, source, stream, sweep, answerWith, later } = setUp();
  const one = stream();
  callers.add(caller, one);
  answerWith(() => Promise.resolve(caller));
  source.revision = 1;
  await sweep();
  later(60_000);
  await sweep();
  source.revision = undefined;
  answerWith(() => Promise.reject(new Error('away')));
  later(4_999);
  await sweep();
  await sweep();
  expect(one.heard).toEqual([]);
  later(1);
  await sweep();
  expect(one.heard).toHaveLength(1);
  callers.remove(caller, one);
});

it('asks for nobody who has left', async () => {
  const { callers, stream, sweep, asked } = setUp();
  const one = stream();
  callers.add(caller, one);
  callers.remove(caller, one);
  await sweep();
  expect(asked()).toBe(0);
});
