/** Milliseconds since the person's last input for which calls count as theirs, and not as the page's own. */
const ATTENDED_FOR = 30_000;

let lastInput = Date.now();

/** When the person last did something here, in milliseconds since 1970. */
export const lastInputAt = (): number => lastInput;

/** Whether nobody seems to sit there: calls do not keep the session alive then. */
export const isUnattended = (): boolean => Date.now() - lastInput > ATTENDED_FOR;

/** Watches for input from now on. */
export function watchActivity(): void {
  const note = () => (lastInput = Date.now());
  for (const event of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart']) {
    window.addEventListener(event, note, { capture: true, passive: true });
  }
}
