/** All English of the area. */
export const secretTexts = {
  title: 'Secret',
};
