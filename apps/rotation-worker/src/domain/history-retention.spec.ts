import { HOUR, ManualClock } from '@strongroom/clock';
import { HistoryRetention } from './history-retention';

describe('HistoryRetention', () => {
  const setUp = (outcomes: number[]) => {
    const clock = new ManualClock(new Date('2026-11-24T12:00:00Z'));
    const asked: [Date, number][] = [];
    const history = {
      purge: async (instant: Date, limit: number) => {
        asked.push([instant, limit]);
        return outcomes.shift() ?? 0;
      },
    };
    return { clock, asked, retention: new HistoryRetention({ history, clock, days: 90 }) };
  };

  it('removes what ended so many days ago, batch after batch, and looks again an hour later', async () => {
    const { clock, asked, retention } = setUp([500, 500, 3]);
    await retention.purgeWhenDue();
    expect(asked.map(([instant]) => instant.toISOString())).toEqual(Array(3).fill('2026-08-26T12:00:00.000Z'));
    await retention.purgeWhenDue();
    expect(asked).toHaveLength(3);
    clock.advance(HOUR);
    await retention.purgeWhenDue();
    expect(asked).toHaveLength(4);
  });

  it('goes on with the next scan when there is more than one scan removes', async () => {
    const { asked, retention } = setUp([...Array<number>(20).fill(500), 7]);
    await retention.purgeWhenDue();
    expect(asked).toHaveLength(20);
    await retention.purgeWhenDue();
    expect(asked).toHaveLength(21);
  });
});
