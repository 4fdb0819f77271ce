import { collectRecords, MAX_RECORDS, type RecordPage } from './export-lines';

const pages = (...sizes: number[]) => {
  const asked: string[] = [];
  const fetchPage = async (nextToken: string): Promise<RecordPage> => {
    const at = asked.push(nextToken) - 1;
    return {
      lines: Array.from({ length: sizes[at]! }, (_, line) => `{"n":${line}}`),
      nextToken: at < sizes.length - 1 ? `t${at + 1}` : '',
    };
  };
  return { asked, fetchPage };
};
const always = { isWanted: () => true, progress: () => undefined };

it('collects all pages, a line for each record', async () => {
  const { asked, fetchPage } = pages(2, 1);
  const told: number[] = [];
  const collected = await collectRecords(fetchPage, { isWanted: () => true, progress: (count) => told.push(count) });
  expect(collected).toEqual({ parts: ['{"n":0}\n{"n":1}\n', '{"n":0}\n'], count: 3, isCut: false });
  expect(asked).toEqual(['', 't1']);
  expect(told).toEqual([2, 3]);
});

it('goes on after an empty page, for a page that finds nothing may have others behind it', async () => {
  const { fetchPage } = pages(0, 1);
  expect(await collectRecords(fetchPage, always)).toMatchObject({ count: 1, parts: ['{"n":0}\n'] });
});

it('ends at the most that a page may collect, and says that there are more', async () => {
  const { fetchPage, asked } = pages(MAX_RECORDS - 1, 3, 3);
  expect(await collectRecords(fetchPage, always)).toMatchObject({ count: MAX_RECORDS, isCut: true });
  expect(asked).toHaveLength(2);
});

it('ends when nobody wants it any more', async () => {
  const { fetchPage, asked } = pages(1, 1);
  expect(await collectRecords(fetchPage, { ...always, isWanted: () => asked.length < 2 })).toBeUndefined();
});
