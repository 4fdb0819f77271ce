/** The texts of signing in. */
export const sessionTexts = {
  title: 'Sign in to Strongroom',
};
