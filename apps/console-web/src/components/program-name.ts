const browsers: readonly (readonly [RegExp, string])[] = [
  [/\bEdg\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bFirefox\//, 'Firefox'],
  [/\bHeadlessChrome\//, 'Chrome without a window'],
  [/\bChrome\//, 'Chrome'],
  [/\bSafari\//, 'Safari'],
];

const systems: readonly (readonly [RegExp, string])[] = [
  [/\bAndroid\b/, 'Android'],
  [/\b(iPhone|iPad)\b/, 'iOS'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bLinux\b/, 'Linux'],
];

const find = (agent: string, names: readonly (readonly [RegExp, string])[]) => names.find(([sign]) => sign.test(agent))?.[1];

/** A browser and its system in words people know, such as "Firefox on Linux"; other programs by what they call themselves. */
export function programName(userAgent: string): string {
  // Our own programs call themselves by the library that they call with.
  if (userAgent.startsWith('grpc-node-js/')) return 'Command line, or another program';
  const browser = find(userAgent, browsers);
  if (!browser) return userAgent.split(' ')[0] ?? '';
  const system = find(userAgent, systems);
  return system ? `${browser} on ${system}` : browser;
}
