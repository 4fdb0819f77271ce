import { type Caller, callerForTests } from '@strongroom/access';
import { WatchedCallers } from './watched-callers';

const setUp = () => {
  let now = 0;
  let answer: () => Promise<Caller | undefined> = () => Promise.resolve(undefined);
  let asked = 0;
  const source = {
    byCredentialId: () => {
      asked++;
      return answer();
    },
  };
  const callers = new WatchedCallers(source, () => now);
  const stream = () => {
    const heard: unknown[] = [];
    return {
      heard,
      callerIs: (caller: Caller) => void heard.push(caller),
      end: ({ message }: Error) => void heard.push(message),
    };
  };
  const sweep = async () => {
    callers.sweep();
    for (let n = 0; n < 5; n++) await Promise.resolve();
  };
  return {
    callers,
    stream,
    sweep,
    asked: () => asked,
    answerWith: (given: typeof answer) => (answer = given),
    later: (milliseconds: number) => (now += milliseconds),
  };
};

const caller = callerForTests();

it('asks once for each credential, and tells its streams only of what is new', async () => {
  const { callers, stream, sweep, asked, answerWith } = setUp();
  const [first, second] = [stream(), stream()];
  callers.add(caller, first);
  callers.add(caller, second);
  answerWith(() => Promise.resolve(caller));
  await sweep();
  expect([asked(), first.heard, second.heard]).toEqual([1, [], []]);
  const changed = { ...caller };
  answerWith(() => Promise.resolve(changed));
  await sweep();
  await sweep();
  expect(first.heard).toEqual([changed]);
  expect(second.heard).toEqual([changed]);
  callers.remove(caller, first);
  callers.remove(caller, second);
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

it('asks for nobody who has left', async () => {
  const { callers, stream, sweep, asked } = setUp();
  const one = stream();
  callers.add(caller, one);
  callers.remove(caller, one);
  await sweep();
  expect(asked()).toBe(0);
});
