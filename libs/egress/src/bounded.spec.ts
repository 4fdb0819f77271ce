import { bounded } from './bounded';

const never = new Promise<never>(() => {});
const bounds = (overrides: object = {}) => ({
  signal: new AbortController().signal,
  milliseconds: 60_000,
  what: 'The answer',
  giveUp: jest.fn(),
  ...overrides,
});

it('passes on what the work says and leaves it alone', async () => {
  const b = bounds();
  await expect(bounded(Promise.resolve(7), b)).resolves.toBe(7);
  await expect(bounded(Promise.reject(new Error('no')), b)).rejects.toThrow('no');
  expect(b.giveUp).not.toHaveBeenCalled();
});

it('gives up work that takes too long', async () => {
  const b = bounds({ milliseconds: 1 });
  await expect(bounded(never, b)).rejects.toMatchObject({ kind: 'deadline-exceeded' });
  expect(b.giveUp).toHaveBeenCalledTimes(1);
});

it.each(['before', 'during'])('gives up when the step is aborted %s the work', async (when) => {
  const step = new AbortController();
  const b = bounds({ signal: step.signal });
  if (when === 'before') step.abort();
  const result = bounded(never, b);
  if (when === 'during') step.abort();
  await expect(result).rejects.toMatchObject({ kind: 'cancelled' });
  expect(b.giveUp).toHaveBeenCalledTimes(1);
});
