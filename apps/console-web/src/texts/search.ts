/** The texts of the search over everything. */
export const searchTexts = {
  placeholder: 'Search secrets, keys, users, roles, pages and actions',
  searching: 'Searching…',
  nothing: (query: string) => (query.trim() ? `Nothing begins like “${query.trim()}”` : 'Type what you look for'),
  groups: { secrets: 'Secrets', keys: 'Keys', users: 'Users', roles: 'Roles', pages: 'Pages', deeds: 'Actions' },
  deeds: {
    create: 'Create a secret',
    import: 'Import many secrets',
    password: 'Change my password',
    sessions: 'End my other sessions',
    keys: 'Show the keys',
    signOut: 'Sign out',
  },
};
