/** Milliseconds after which a copied value is taken out of the clipboard. */
export const CLIPBOARD_CLEARED_AFTER = 30_000;

let clearing: ReturnType<typeof setTimeout> | undefined;

/** A page that has no focus may not write: the clipboard is then cleared when it gets the focus back. */
const clear = (copied: string) => {
  const empty = async () => {
    try {
      // Where the browser lets us read, what the person has copied since stays.
      const { state } = await navigator.permissions.query({ name: 'clipboard-read' as PermissionName });
      if (state === 'granted' && (await navigator.clipboard.readText()) !== copied) return;
    } catch {
      // This browser does not tell, so the clipboard is cleared whatever is in it.
    }
    await navigator.clipboard.writeText('');
  };
  if (document.hasFocus()) void empty().catch(() => undefined);
  else window.addEventListener('focus', () => void empty().catch(() => undefined), { once: true });
};

/**
 * Puts a text into the clipboard. A secret is taken out again after 30 seconds.
 * @throws DOMException if the browser refuses
 */
export async function copyText(text: string, { isSecret = false } = {}): Promise<void> {
  await navigator.clipboard.writeText(text);
  clearTimeout(clearing);
  clearing = isSecret ? setTimeout(clear, CLIPBOARD_CLEARED_AFTER, text) : undefined;
}
