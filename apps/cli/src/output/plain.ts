/** What an answer looks like as data: dates in ISO 8601, bytes in base64, 64-bit numbers as numbers, oneofs by their case. */
export const plain = (value: unknown): unknown => {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'bigint') return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Map) return plain(Object.fromEntries(value));
  const { $case: chosen, value: content, ...rest } = value as { $case?: string; value?: unknown };
  if (typeof chosen === 'string') return { [chosen]: plain(content) };
  return Object.fromEntries(
    Object.entries(content === undefined ? rest : { ...rest, value: content })
      .filter(([, field]) => field !== undefined)
      .map(([name, field]) => [name, plain(field)]),
  );
};
