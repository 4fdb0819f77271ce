/** Texts that callers choose are cut to these lengths, in UTF-16 code units: the trail must not become a store. */
export const limits = {
  arn: 700,
  id: 128,
  userAgent: 256,
  name: 128,
  value: 1_024,
  message: 1_024,
  parameters: 50,
  resources: 100,
};

/** Cuts a text to a length, but never inside a surrogate pair. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
