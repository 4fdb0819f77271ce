/** All English of the area. */
export const settingsTexts = {
  title: 'Settings',
};
