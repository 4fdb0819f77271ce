/**
 * Overwrites what held a key or a plaintext. Best effort: the runtime may have moved or copied the bytes before, and a
 * JavaScript string cannot be overwritten at all, which is why keys stay in buffers.
 */
export function forget(...buffers: readonly Uint8Array[]): void {
  for (const buffer of buffers) buffer.fill(0);
}
