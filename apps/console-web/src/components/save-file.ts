/** Lets the browser save a text as a file. Nothing of it stands in an address: the browser gets it from memory. */
export function saveFile(name: string, parts: readonly string[], type = 'text/plain'): void {
  const address = URL.createObjectURL(new Blob([...parts], { type: `${type};charset=utf-8` }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The browser has begun to read by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
