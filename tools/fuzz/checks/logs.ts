import { LogReader } from '../../log-reader';
import { type Finding, generalise } from './finding';

/** The failure of a rotation against a lying server is not our fault. */
const EXPECTED = new Set(['a job has failed']);

/** Reads what programs add to their logs, and finds reports of defects, even if no caller heard of them. */
export class LogWatch {
  private readonly logs: readonly { program: string; reader: LogReader }[];

  /** @param files by program; what they hold now was said before the run */
  constructor(files: ReadonlyMap<string, string>) {
    this.logs = [...files].map(([program, file]) => ({ program, reader: new LogReader(file) }));
  }

  /**
   * What was logged since the last look.
   * @param near an index at which the run is
   */
  look(near?: number): Finding[] {
    return this.logs.flatMap(({ program, reader }) =>
      checkLines(program, reader.read()).map((finding) => (near === undefined ? finding : { ...finding, index: near })),
    );
  }
}

interface Line {
  level?: string;
  message?: string;
  method?: string;
  error?: { name?: string; message?: string };
}

export function checkLines(program: string, lines: readonly string[]): Finding[] {
  return lines.flatMap((line): Finding[] => {
    if (!line.includes('"level":"error"')) return [];
    let said: Line;
    try {
      said = JSON.parse(line) as Line;
    } catch {
      return [];
    }
    const { level, message = '', method = '', error = {} } = said;
    if (level !== 'error' || EXPECTED.has(message)) return [];
    const seen = [message, method, error.name ?? '', error.message ?? ''].filter((part) => part !== '').join(' · ');
    return [{ check: 'an error in the log', target: program, seen: generalise(seen) }];
  });
}
