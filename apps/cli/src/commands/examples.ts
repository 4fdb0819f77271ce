/** The end of a command's help: command lines without the name of the program. */
export const examples = (...lines: readonly string[]): string =>
  `\n${lines.length === 1 ? 'Example' : 'Examples'}:\n${lines.map((line) => `  $ strongroom ${line}\n`).join('')}`;
