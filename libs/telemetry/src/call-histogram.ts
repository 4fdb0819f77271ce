/** Upper bounds, seconds. */
export const CALL_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] as const;

interface Sample {
  metricName: string;
  labels: Record<string, string | number>;
  value: number;
}

class Series {
  private readonly counts = new Float64Array(CALL_BUCKETS.length + 1);
  private sum = 0;

  observe(seconds: number): void {
    let bucket = 0;
    while (bucket < CALL_BUCKETS.length && seconds > CALL_BUCKETS[bucket]!) bucket++;
    this.counts[bucket]!++;
    this.sum += seconds;
  }

  samples(name: string, labels: Record<string, string>): Sample[] {
    let count = 0;
    const buckets = Array.from(this.counts, (own, index): Sample => {
      count += own;
      return { metricName: `${name}_bucket`, labels: { le: CALL_BUCKETS[index] ?? '+Inf', ...labels }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels, value: this.sum },
      { metricName: `${name}_count`, labels, value: count },
    ];
  }
}

/**
 * The durations of calls by method and status code, as a metric for prom-client's registry. prom-client's own histogram builds a
 * string to look its labels up at each observation; that is too slow for every call.
 */
export class CallHistogram {
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  private readonly series = new Map<string, Map<string, Series>>();

  constructor(
    readonly name: string,
    readonly help: string,
  ) {}

  /** The observer of one method. */
  of(method: string): (code: string, seconds: number) => void {
    const codes = this.series.get(method) ?? new Map<string, Series>();
    this.series.set(method, codes);
    return (code, seconds) => {
      let series = codes.get(code);
      if (series === undefined) codes.set(code, (series = new Series()));
      series.observe(seconds);
    };
  }

  get(): Promise<object> {
    const values = [...this.series].flatMap(([method, codes]) =>
      [...codes].flatMap(([code, series]) => series.samples(this.name, { method, code })),
    );
    return Promise.resolve({ name: this.name, help: this.help, type: this.type, values, aggregator: this.aggregator });
  }

  reset(): void {
    for (const codes of this.series.values()) codes.clear();
  }
}
