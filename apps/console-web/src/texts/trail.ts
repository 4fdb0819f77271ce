/** All English of the area. */
export const trailTexts = {
  title: 'Trail',
};
