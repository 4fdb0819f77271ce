import type { WireResponse } from '../http/request';
import { escapeXml } from '../protocols/xml';

export interface LinkPage {
  title: string;
  text: string;
  /** What the button says that follows the link. */
  button?: string;
}

/** A page for people who have got a mail. It loads nothing, and tells no other site where they came from. */
export function linkPage({ title, text, button }: LinkPage, status: number, requestId: string): WireResponse {
  const form = button === undefined ? '' : `<form method="post"><button>${escapeXml(button)}</button></form>`;
  return {
    status,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-amzn-requestid': requestId,
    },
    body: `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${escapeXml(title)}</title>
<style>body { font: 1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem; overflow-wrap: anywhere }
button { font: inherit; padding: 0.5rem 1rem }</style>
<h1>${escapeXml(title)}</h1>
<p>${escapeXml(text)}</p>
${form}
</html>
`,
  };
}
