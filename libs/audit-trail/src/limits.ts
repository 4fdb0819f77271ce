/** What callers choose is cut to these lengths, in UTF-16 code units: the trail is no place to store things. */
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

/** Cut at a length, but never within a surrogate pair. */
export const clip = (text: string, length: number): string => {
  if (text.length <= length) return text;
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
};
