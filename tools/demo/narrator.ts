/** A step that did not go as it should. The message tells which and how. */
export class DemoError extends Error {
  override readonly name = 'DemoError';
}

const PROGRESS_INTERVAL = 2_000;

/** Tells the walkthrough line by line; holds back any line that would show a value that was entrusted to it. */
export class Narrator {
  private readonly concealed: string[] = [];
  private chapters = 0;

  /** No line may contain this text from now on. */
  conceal(value: string): string {
    this.concealed.push(value);
    return value;
  }

  say(line = ''): void {
    if (this.concealed.some((value) => line.includes(value))) throw new DemoError('a line would have shown a password');
    console.log(line);
  }

  chapter(title: string): void {
    this.say(`\n${++this.chapters}. ${title}`);
  }

  /** Does one step and tells what came of it; what takes longer than two seconds tells meanwhile that it goes on. */
  async step<T>(what: string, work: () => Promise<T>, outcome: (result: T) => string): Promise<T> {
    const start = performance.now();
    const tick = setInterval(
      () => this.say(`   … ${what} (${Math.round((performance.now() - start) / 1_000)} s)`),
      PROGRESS_INTERVAL,
    );
    try {
      const result = await work();
      this.say(`   ✓ ${what}: ${outcome(result)}`);
      return result;
    } catch (error) {
      const { reason, message } = error as { reason?: string; message: string };
      throw new DemoError(`✗ ${what}: ${reason ? `${reason}: ` : ''}${message}`, { cause: error });
    } finally {
      clearInterval(tick);
    }
  }
}

/** Fails the walkthrough unless `condition` holds. */
export const expectThat = (condition: boolean, otherwise: string): void => {
  if (!condition) throw new DemoError(otherwise);
};
