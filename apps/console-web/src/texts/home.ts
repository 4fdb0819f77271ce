/** All English of the area. */
export const homeTexts = {
  title: 'Home',
};
