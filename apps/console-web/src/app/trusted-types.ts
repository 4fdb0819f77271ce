/** What the browser knows of Trusted Types, as far as it is used here; TypeScript's library does not have it yet. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createHTML(html: string): string }): unknown;
}

/**
 * The page's policy "default": what is set as HTML must contain no tag. Style elements of Mantine get their text this way, and
 * text without `<` cannot become an element. Scripts and their addresses have no rule, so nothing may set them.
 */
export function forbidHtml(): void {
  const { trustedTypes } = window as { trustedTypes?: TrustedTypes };
  trustedTypes?.createPolicy('default', {
    createHTML: (html) => {
      if (html.includes('<')) throw new TypeError('The console sets no HTML');
      return html;
    },
  });
}

/** The nonce of the page's answer, which its style elements need; empty where the page is served without a policy. */
export const styleNonce = (): string => document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? '';
