import { StrongroomClient } from '@strongroom/client';
import type { OutputFormat } from './output/output-format';
import { Printer } from './output/printer';
import { sessionOptions } from './session/session-options';
import { confirmed } from './terminal/ask';
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

  constructor(readonly terminal: Terminal) {}

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
    const { profile, timeout } = this.flags;
    this.client ??= sessionOptions(
      { profile, timeout: timeout === undefined ? undefined : timeout * 1000 },
      this.terminal.env,
    ).then((options) => new StrongroomClient(options));
    return this.client;
  }

  /** Asks before what cannot be undone; --yes answers. @throws CliError if nobody can be asked */
  confirmed(question: string): Promise<boolean> {
    return confirmed(this.terminal, question, this.flags.yes);
  }

  async close(): Promise<void> {
    (await this.client?.catch(() => undefined))?.close();
  }

  private get configured() {
    if (this.held === undefined) throw new Error('the command line has not been parsed');
    return this.held;
  }
}
