/** All English of the area. */
export const notificationsTexts = {
  title: 'Notifications',
};
