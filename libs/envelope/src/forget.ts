/**
 * Overwrites a buffer that held a key or a plaintext. This is best effort: the runtime may have moved or copied the bytes before.
 * A JavaScript string cannot be overwritten at all, so keys stay in buffers.
 */
export function forget(...buffers: readonly Uint8Array[]): void {
  for (const buffer of buffers) buffer.fill(0);
}
