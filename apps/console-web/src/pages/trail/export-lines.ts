/** One page of records, each a line of JSON. */
export interface RecordPage {
  lines: readonly string[];
  /** Empty after the last page. */
  nextToken: string;
}

export interface Collected {
  readonly parts: readonly string[];
  readonly count: number;
  /** There are more than may be collected. */
  readonly isCut: boolean;
}

/** What a page collects in memory: about 50 MB. */
export const MAX_RECORDS = 50_000;

/**
 * Collects pages until the last one, until there are `MAX_RECORDS`, or until somebody has enough.
 *
 * @param progress is told how many there are after each page
 * @throws what `fetchPage` throws
 */
export async function collectRecords(
  fetchPage: (nextToken: string) => Promise<RecordPage>,
  { isWanted, progress }: { isWanted: () => boolean; progress: (count: number) => void },
): Promise<Collected | undefined> {
  const parts: string[] = [];
  let count = 0;
  let nextToken = '';
  do {
    const page = await fetchPage(nextToken);
    if (!isWanted()) return undefined;
    const lines = page.lines.slice(0, MAX_RECORDS - count);
    count += lines.length;
    // One part for a page: a file of many small parts takes several times the memory.
    if (lines.length > 0) parts.push(`${lines.join('\n')}\n`);
    nextToken = page.nextToken;
    progress(count);
  } while (nextToken !== '' && count < MAX_RECORDS);
  return { parts, count, isCut: nextToken !== '' };
}
