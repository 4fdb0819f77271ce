/** All English of the area. */
export const accessTexts = {
  title: 'Access',
};
