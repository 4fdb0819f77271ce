import type { ColumnOptions } from 'typeorm';

/** A list that is read and written as a whole with its row, as JSON text. */
export const jsonColumn = (name?: string): ColumnOptions => ({
  ...(name === undefined ? {} : { name }),
  type: 'mediumtext',
  transformer: {
    to: (value: unknown) => (value === undefined ? undefined : JSON.stringify(value)),
    from: (text: string) => JSON.parse(text) as unknown,
  },
});
