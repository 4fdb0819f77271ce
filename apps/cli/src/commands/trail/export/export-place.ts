/** Where an export goes. Names have slashes between folders. */
export interface ExportPlace {
  /** For messages. */
  readonly title: string;
  /** Undefined if it is not there. @throws CliError */
  read(name: string): Promise<string | undefined>;
  /** Writes the whole of it, or nothing. @throws CliError */
  write(name: string, content: Uint8Array): Promise<void>;
  close(): void;
}
