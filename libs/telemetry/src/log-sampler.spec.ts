import type { LogFields } from './log-fields';
import { LogSampler } from './log-sampler';
import { silentLogger } from './logger';

const setUp = () => {
  const lines: [string, LogFields | undefined][] = [];
  let endOfSecond: () => void = () => undefined;
  const logger = { ...silentLogger, warn: (message: string, fields?: LogFields) => void lines.push([message, fields]) };
  const sampler = new LogSampler({ logger, perSecond: 3, later: (work) => (endOfSecond = work) });
  return { sampler, lines, endSecond: () => endOfSecond() };
};
const refused = { requestId: 'r', method: '/a/B', code: 'NOT_FOUND', peer: '192.0.2.1' };

it('writes so many lines of a kind a second, and how many more there were', () => {
  const { sampler, lines, endSecond } = setUp();
  for (let i = 0; i < 100; i++) sampler.warn('NOT_FOUND /a/B', 'call failed', { ...refused, requestId: String(i) });
  expect(lines.map(([, fields]) => fields?.requestId)).toEqual(['0', '1', '2']);
  endSecond();
  expect(lines.slice(3)).toEqual([['call failed', { method: '/a/B', code: 'NOT_FOUND', omitted: 97 }]]);
});

it('tells kinds apart, and says nothing of what was written in full', () => {
  const { sampler, lines, endSecond } = setUp();
  for (const kind of ['a', 'b', 'c']) for (let i = 0; i < 3; i++) sampler.warn(kind, 'call failed', refused);
  endSecond();
  expect(lines).toHaveLength(9);
});

it('begins anew each second', () => {
  const { sampler, lines, endSecond } = setUp();
  for (let second = 0; second < 3; second++) {
    for (let i = 0; i < 4; i++) sampler.warn('a', 'call failed', refused);
    endSecond();
  }
  expect(lines).toHaveLength(3 * (3 + 1));
});
