import { StrongroomClient } from '@strongroom/client';
import type { OutputFormat } from './output/output-format';
import { Printer } from './output/printer';
import { type SessionFlags, type SessionSource, sessionOptions, sessionSource } from './session/session-options';
import { confirmed, confirmedByName } from './terminal/ask';
import type { Terminal } from './terminal/terminal';

/** The options that every command knows. */
export interface GlobalOptions {
  profile?: string;
  output?: OutputFormat;
  query?: string;
  /** Seconds. */
  timeout?: number;
  yes?: boolean;
}

/** What commands have in common: the terminal, the printer, and the client, which is made on first use. */
export class Cli {
  private client: Promise<StrongroomClient> | undefined;
  private held: { flags: GlobalOptions; printer: Printer } | undefined;

  /** @param connect makes the client; default: to the cluster that the options and the environment name */
  constructor(
    readonly terminal: Terminal,
    private readonly connect?: () => Promise<StrongroomClient>,
  ) {}

  /** Takes the options of the command line, once they are parsed. */
  configure(flags: GlobalOptions): void {
    this.held = { flags, printer: new Printer(this.terminal, flags) };
  }

  get flags(): GlobalOptions {
    return this.configured.flags;
  }

  get printer(): Printer {
    return this.configured.printer;
  }

  /** Aborts when the person wants the command to end. */
  get signal(): AbortSignal {
    return this.terminal.signal;
  }

  /** @throws CliError if nothing says which cluster to call, or as whom */
  strongroom(): Promise<StrongroomClient> {
    this.client ??= this.connect?.() ?? this.connectBySession();
    return this.client;
  }

  /** Where it is said which cluster to call, and as whom. @throws CliError if nothing says it */
  sessionSource(): Promise<SessionSource> {
    return sessionSource(this.sessionFlags, this.terminal.env);
  }

  get sessionFlags(): SessionFlags {
    const { profile, timeout } = this.flags;
    return { profile, timeout: timeout === undefined ? undefined : timeout * 1000 };
  }

  /** Asks before what cannot be undone; --yes answers. @throws CliError if nobody can be asked */
  confirmed(question: string): Promise<boolean> {
    return confirmed(this.terminal, question, this.flags.yes);
  }

  /**
   * Asks before something is destroyed for good: the person types its name; --yes answers.
   *
   * @throws CliError if nobody can be asked
   */
  confirmedByName(question: string, name: string): Promise<boolean> {
    return confirmedByName(this.terminal, question, name, this.flags.yes);
  }

  async close(): Promise<void> {
    (await this.client?.catch(() => undefined))?.close();
  }

  private async connectBySession(): Promise<StrongroomClient> {
    return new StrongroomClient(await sessionOptions(this.sessionFlags, this.terminal.env));
  }

  private get configured() {
    if (this.held === undefined) throw new Error('the command line has not been parsed');
    return this.held;
  }
}
