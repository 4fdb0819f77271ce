/** The numbers of rows stay far below 2^53. */
export const asNumber = { from: Number, to: (id: number) => id };
