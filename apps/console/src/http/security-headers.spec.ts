import { pageHeaders, securityHeaders } from './security-headers';

it('keeps browsers on TLS, but not where other programs share the host', () => {
  expect(securityHeaders('https://console.example.com')).toHaveProperty('strict-transport-security', 'max-age=31536000');
  for (const host of ['localhost:7418', '127.0.0.1:1', '[::1]:1']) {
    expect(securityHeaders(`https://${host}`)).not.toHaveProperty('strict-transport-security');
  }
});

it('lets nothing of an answer run that is no page', () => {
  expect(securityHeaders('https://a.test')['content-security-policy']).toBe(
    "default-src 'none'; frame-ancestors 'none'; sandbox",
  );
});

it('names no other origin and nothing unsafe in the policy of the page', () => {
  const { 'content-security-policy': policy = '', 'reporting-endpoints': reports } = pageHeaders('https://a.test', 'bm9uY2U=');
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
  expect(policy).toContain("'nonce-bm9uY2U='");
  expect(reports).toBe('csp="https://a.test/csp-reports"');
});
