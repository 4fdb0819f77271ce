import { serviceUriPrefix } from '@strongroom/arn';

/**
 * The URI among a certificate's subject alternative names as Node prints them (`DNS:a, URI:spiffe://b/c`), when there is exactly
 * one.
 *
 * Node prints a name that holds a comma, a quote or a control character as a JSON string, so that a forged name cannot look
 * like two (CVE-2021-44532). A URI that needs that is none of ours, and a text that does not parse has no URI at all.
 */
export function uriName(subjectAltName: string | undefined): string | undefined {
  if (subjectAltName === undefined) return undefined;
  const uris: string[] = [];
  let rest = subjectAltName;
  for (;;) {
    const entry = /^([A-Za-z][A-Za-z0-9 ]*):("(?:[^"\\]|\\.)*"|[^",]*)(?:, |$)/.exec(rest);
    if (entry === null) return undefined;
    const [text, type, value] = entry as unknown as [string, string, string];
    if (type === 'URI') uris.push(value);
    rest = rest.slice(text.length);
    // A separator at the very end announces a name that is not there.
    if (rest === '') return !text.endsWith(', ') && uris.length === 1 && isPlainUri(uris[0]!) ? uris[0] : undefined;
  }
}

const isPlainUri = (uri: string): boolean => /^[a-z][a-z0-9+.-]*:\/\/[A-Za-z0-9._~/@:+-]{1,2000}$/.test(uri);

/** The service that `spiffe://<trust domain>/service/<name>` names. */
export function serviceName(uri: string | undefined, trustDomain: string): string | undefined {
  const prefix = serviceUriPrefix(trustDomain);
  if (uri === undefined || !uri.startsWith(prefix)) return undefined;
  const name = uri.slice(prefix.length);
  return /^[a-z0-9-]{1,63}$/.test(name) ? name : undefined;
}
