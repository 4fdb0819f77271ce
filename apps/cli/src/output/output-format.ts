/** How a command prints its answer. `table` is for people, `text` is for shells: one line a row, cells between tabs. */
export const outputFormats = ['json', 'yaml', 'table', 'text'] as const;

export type OutputFormat = (typeof outputFormats)[number];
