import { rotationState } from './rotation-state';

const now = new Date('2026-03-01T12:00:00Z');
const secret = { rotationEnabled: true, nextRotationDate: undefined, secretVersionsToStages: {} };

it.each([
  ['never set up', { rotationEnabled: undefined }, undefined],
  ['off', { rotationEnabled: false }, 'neutral'],
  ['on', { nextRotationDate: new Date('2026-03-02') }, 'good'],
  ['overdue', { nextRotationDate: new Date('2026-03-01') }, 'warning'],
  ['open', { secretVersionsToStages: { a: { stages: ['AWSPENDING'] } } }, 'busy'],
  ['done', { secretVersionsToStages: { a: { stages: ['AWSCURRENT', 'AWSPENDING'] } } }, 'good'],
])('tells rotation that is %s', (_, part, tone) => expect(rotationState({ ...secret, ...part }, now)?.tone).toBe(tone));
