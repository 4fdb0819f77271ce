/** All English of the area. */
export const rotationsTexts = {
  title: 'Rotations',
};
