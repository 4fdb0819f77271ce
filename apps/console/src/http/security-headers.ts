/** Where browsers report what the policy has stopped. */
export const REPORTS_PATH = '/csp-reports';

const policyOf = (nonce: string): string =>
  [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}'`,
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "worker-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types default',
    `report-uri ${REPORTS_PATH}`,
    'report-to csp',
  ].join('; ');

/** For what is no page: nothing of it runs, whatever it is taken for. */
const NOTHING = "default-src 'none'; frame-ancestors 'none'; sandbox";

const PERMISSIONS = [
  ...['accelerometer', 'autoplay', 'camera', 'display-capture', 'encrypted-media', 'fullscreen', 'geolocation', 'gyroscope'],
  ...['hid', 'idle-detection', 'magnetometer', 'microphone', 'midi', 'payment', 'serial', 'usb', 'xr-spatial-tracking'],
]
  .map((feature) => `${feature}=()`)
  .concat([
    'clipboard-read=()',
    'clipboard-write=(self)',
    'publickey-credentials-get=(self)',
    'publickey-credentials-create=(self)',
  ])
  .join(', ');

const ONE_YEAR = 31_536_000;

/**
 * The headers of every answer. Browsers keep Strict-Transport-Security for a host, whatever its port, so a console on localhost
 * does not say it: other things that people run there would be out of reach.
 */
export function securityHeaders(origin: string): Readonly<Record<string, string>> {
  const { hostname } = new URL(origin);
  const isLocal = hostname === 'localhost' || hostname === '127.0.0.1' || hostname === '[::1]';
  return {
    'content-security-policy': NOTHING,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    'permissions-policy': PERMISSIONS,
    'cache-control': 'no-store',
    ...(isLocal ? {} : { 'strict-transport-security': `max-age=${ONE_YEAR}` }),
  };
}

/** Those of the page in addition. */
export function pageHeaders(origin: string, nonce: string): Readonly<Record<string, string>> {
  return {
    'content-security-policy': policyOf(nonce),
    'reporting-endpoints': `csp="${origin}${REPORTS_PATH}"`,
  };
}
