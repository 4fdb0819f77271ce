import { type Call, closedLoop, median, type LoadResult } from './load';
import { type Processes, type Usage, usageOfAll, usedBetween } from '@strongroom/local-cluster';

/** A measurement: a call at a number in flight. */
export interface Measurable {
  name: string;
  inFlight: number;
  call: Call;
}

/** Medians over the rounds. Ratios are to the echo in the same round at the same number in flight. */
export interface Measurement {
  name: string;
  inFlight: number;
  /** Calls a second. */
  throughput: number;
  /** Secrets a second. */
  items: number;
  /** Milliseconds. */
  p50: number;
  p99: number;
  throughputRatio: number;
  p99Ratio: number;
  /** CPU microseconds for each call, by process; `client` is the caller. */
  cpu: Record<string, number>;
  /** How often each process woke up for each call, and how often it read and wrote. */
  turns: Record<string, Pick<Usage, 'wakeUps' | 'reads' | 'writes'>>;
  /** CPU of all server processes for each call, relative to the echo server. */
  serverCpuRatio: number;
  failures: Record<string, number>;
  /** An echo. */
  isYardstick: boolean;
}

interface Sample {
  load: LoadResult;
  used: Map<string, Usage>;
}

export interface RoundOptions {
  rounds: number;
  /** Of each measurement. */
  seconds: number;
  warmUpSeconds: number;
  processes: Processes;
  echo: Call;
  /** Its name in the tables; default: echo. */
  echoName?: string;
  report(line: string): void;
}

const CLIENT = 'client';
/** The process that answers it, and its name in tables if no other is given. */
export const ECHO = 'echo';

const sample = async (call: Call, inFlight: number, { seconds, processes }: RoundOptions): Promise<Sample> => {
  const before = usageOfAll(processes);
  const load = await closedLoop(call, inFlight, seconds);
  return { load, used: usedBetween(before, usageOfAll(processes)) };
};

/**
 * Measures in rounds. Each runs the echo right before every group of one number in flight, so that whatever else the machine does
 * affects both alike.
 */
export const measure = async (what: readonly Measurable[], options: RoundOptions): Promise<Measurement[]> => {
  const levels = [...new Set(what.map(({ inFlight }) => inFlight))];
  for (const each of what) {
    options.report(`warming up ${each.name}`);
    await closedLoop(each.call, each.inFlight, options.warmUpSeconds);
  }
  const echoes = new Map<number, Sample[]>(levels.map((level) => [level, []]));
  const samples = new Map<Measurable, Sample[]>(what.map((each) => [each, []]));
  for (let round = 1; round <= options.rounds; round++) {
    for (const level of levels) {
      options.report(`round ${round} of ${options.rounds}: echo, ${level} in flight`);
      echoes.get(level)!.push(await sample(options.echo, level, options));
      for (const each of what.filter(({ inFlight }) => inFlight === level)) {
        options.report(`round ${round} of ${options.rounds}: ${each.name}, ${level} in flight`);
        samples.get(each)!.push(await sample(each.call, level, options));
      }
    }
  }
  const echoMeasurements = levels.map((level) =>
    summarise({ name: options.echoName ?? ECHO, inFlight: level, isYardstick: true }, echoes.get(level)!, echoes.get(level)!),
  );
  return [...echoMeasurements, ...what.map((each) => summarise(each, samples.get(each)!, echoes.get(each.inFlight)!))];
};

const summarise = (
  { name, inFlight, isYardstick = false }: Pick<Measurable, 'name' | 'inFlight'> & { isYardstick?: boolean },
  samples: readonly Sample[],
  echoes: readonly Sample[],
): Measurement => {
  const rate = ({ load }: Sample) => load.calls / load.seconds;
  const of = (value: (one: Sample) => number) => median(samples.map(value));
  const against = (value: (one: Sample) => number) => median(samples.map((one, round) => value(one) / value(echoes[round]!)));
  const processes = [...samples[0]!.used.keys()];
  const perCall =
    (process: string, what: keyof Usage = 'cpuMicros') =>
    (one: Sample) =>
      (one.used.get(process)?.[what] ?? 0) / one.load.calls;
  const servers = (one: Sample) => [...one.used.keys()].filter((process) => process !== CLIENT);
  const serverCpu = (one: Sample) => servers(one).reduce((sum, process) => sum + perCall(process)(one), 0);
  return {
    name,
    inFlight,
    isYardstick,
    throughput: of(rate),
    items: of(({ load }) => load.items / load.seconds),
    p50: of(({ load }) => load.p50),
    p99: of(({ load }) => load.p99),
    throughputRatio: against(rate),
    p99Ratio: against(({ load }) => load.p99),
    cpu: Object.fromEntries(processes.map((process) => [process, of(perCall(process))])),
    turns: Object.fromEntries(
      processes.map((process) => [
        process,
        {
          wakeUps: of(perCall(process, 'wakeUps')),
          reads: of(perCall(process, 'reads')),
          writes: of(perCall(process, 'writes')),
        },
      ]),
    ),
    serverCpuRatio: median(samples.map((one, round) => serverCpu(one) / perCall(ECHO)(echoes[round]!))),
    failures: Object.fromEntries(
      samples
        .flatMap(({ load }) => [...load.failures])
        .reduce((sum, [what, count]) => sum.set(what, (sum.get(what) ?? 0) + count), new Map<string, number>()),
    ),
  };
};
