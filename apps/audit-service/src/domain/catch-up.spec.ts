import { CatchUp, type UnstoredEvents } from './catch-up';

/** A journal whose writer stores everything once it is told to hurry, and the next question is asked. */
class FakeJournal implements UnstoredEvents {
  entries: string[] = [];
  readonly asked: string[] = [];

  async last(): Promise<string | undefined> {
    this.asked.push('last');
    return this.entries.at(-1);
  }

  async hurry(): Promise<void> {
    this.asked.push('hurry');
  }

  async has(upTo: string): Promise<boolean> {
    const had = this.entries.some((id) => id <= upTo);
    this.entries = this.entries.filter((id) => id > upTo);
    return had;
  }
}

it('hurries nobody when nothing waits', async () => {
  const journal = new FakeJournal();
  await new CatchUp(journal).now();
  expect(journal.asked).toEqual(['last']);
});

it('waits for the entries that were there when it was asked, and for no later ones', async () => {
  const journal = new FakeJournal();
  journal.entries = ['1-0', '2-0'];
  const looked = new CatchUp(journal).now();
  await new Promise(setImmediate);
  journal.entries.push('3-0');
  await looked;
  expect(journal.asked).toEqual(['last', 'hurry']);
  expect(journal.entries).toEqual(['3-0']);
});

it('asks once for all who look in the same turn', async () => {
  const journal = new FakeJournal();
  journal.entries = ['1-0'];
  const catchUp = new CatchUp(journal);
  await Promise.all(Array.from({ length: 100 }, () => catchUp.now()));
  expect(journal.asked).toEqual(['last', 'hurry']);
});

it('ends at the deadline, and where the journal cannot be asked', async () => {
  const stuck = Object.assign(new FakeJournal(), { has: async () => true });
  stuck.entries = ['1-0'];
  await expect(new CatchUp(stuck).now(Date.now() + 20)).resolves.toBeUndefined();
  const away = Object.assign(new FakeJournal(), { last: () => Promise.reject(new Error('Redis is away')) });
  await expect(new CatchUp(away).now()).resolves.toBeUndefined();
});
