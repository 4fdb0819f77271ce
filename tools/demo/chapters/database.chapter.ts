import type { Story } from '../story';

/** Resolves with the password of the application's database user. */
export const makeDatabase = async (story: Story): Promise<string> => {
  const { narrator, shop } = story;
  narrator.chapter('A database with something in it');
  const password = await story.newPassword();
  await narrator.step(
    'MariaDB gets a database with orders, and a user for the application',
    () => shop.create(password),
    (orders) => `${shop.user} may read ${orders} orders, and nothing else`,
  );
  return password;
};
