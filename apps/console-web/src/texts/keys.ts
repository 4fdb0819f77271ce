/** All English of the area. */
export const keysTexts = {
  title: 'Keys',
};
