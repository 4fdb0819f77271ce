import { TargetLimits } from './target-limits';

describe('TargetLimits', () => {
  const limits = (patienceMs = 10_000) => new TargetLimits({ perTarget: 2, patienceMs });

  it('lets no more than so many work on one server, and each waiting one in when another leaves', async () => {
    const some = limits();
    const [first] = await Promise.all([some.enter('mysql://a'), some.enter('mysql://a')]);
    let third = false;
    const entering = some.enter('mysql://a').then((permit) => ((third = true), permit));
    await new Promise((resolve) => setImmediate(resolve));
    expect(third).toBe(false);
    first!.release();
    first!.release();
    expect(await entering).toBeDefined();
  });

  it('does not make one server wait for another, nor what has none', async () => {
    const some = limits();
    await Promise.all([some.enter('mysql://a'), some.enter('mysql://a')]);
    expect(await some.enter('mysql://b')).toBeDefined();
    for (let n = 0; n < 5; n++) expect(await some.enter(undefined)).toBeDefined();
  });

  it('sends away who would wait too long, without losing a place', async () => {
    const some = limits(5);
    const permits = await Promise.all([some.enter('mysql://a'), some.enter('mysql://a')]);
    expect(await some.enter('mysql://a')).toBeUndefined();
    permits.forEach((permit) => permit!.release());
    expect(await Promise.all([some.enter('mysql://a'), some.enter('mysql://a')])).not.toContain(undefined);
    expect(await some.enter('mysql://a')).toBeUndefined();
  });
});
