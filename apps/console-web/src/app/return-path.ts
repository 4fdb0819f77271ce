/**
 * Where to go after signing in: a path of this console, whatever the address says.
 * @param wanted `to` of the address
 */
export function returnPath(wanted: unknown): string {
  if (typeof wanted !== 'string') return '/';
  // Browsers read a backslash as a slash, and leave out tabs and line ends: `//host` names another host.
  const isPath = /^\/(?![/\\])/.test(wanted) && !/[\t\r\n\\]/.test(wanted);
  return isPath && !/^\/sign-in(?:[/?#]|$)/.test(wanted) ? wanted : '/';
}
