/** All English of the area. */
export const usageTexts = {
  title: 'Usage',
};
