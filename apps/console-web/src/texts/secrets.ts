/** All English of the area. */
export const secretsTexts = {
  title: 'Secrets',
};
