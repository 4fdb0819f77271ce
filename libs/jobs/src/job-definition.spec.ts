import { defineJob } from './job-definition';
import { jobFields } from './job-fields';

const job = defineJob({
  queue: 'secret-purge',
  fields: { secretArn: jobFields.name(), at: jobFields.instant() },
  id: ({ secretArn, at }) => [secretArn, at],
});

describe('defineJob', () => {
  it('gives the same work the same id, without colons', () => {
    const data = { secretArn: 'arn:aws:secretsmanager:x', at: 5 };
    expect(job.idOf(data)).toBe('secret-purge-arn_aws_secretsmanager_x-5');
    expect(job.idOf({ ...data })).toBe(job.idOf(data));
    expect(job.idOf({ ...data, at: 6 })).not.toBe(job.idOf(data));
  });

  it('refuses fields that the kind does not have, so that no value slips in', () => {
    expect(() => job.parse({ secretArn: 'a', at: 1, value: 'hunter2' })).toThrow();
  });

  it.each([
    ['text with spaces', { secretArn: 'not a name', at: 1 }],
    ['an empty name', { secretArn: '', at: 1 }],
    ['a name past 2,048 characters', { secretArn: 'a'.repeat(2049), at: 1 }],
    ['no instant', { secretArn: 'a' }],
    ['a fraction of a millisecond', { secretArn: 'a', at: 1.5 }],
    ['no object', 'a'],
  ])('refuses %s', (_, data) => {
    expect(() => job.parse(data)).toThrow();
  });

  it('accepts a name of 2,048 characters', () => {
    expect(job.parse({ secretArn: 'a'.repeat(2048), at: 0 })).toEqual({ secretArn: 'a'.repeat(2048), at: 0 });
  });

  it('refuses a queue name with other characters', () => {
    expect(() => defineJob({ queue: 'Purge:1', fields: {}, id: () => [] })).toThrow(RangeError);
  });
});
