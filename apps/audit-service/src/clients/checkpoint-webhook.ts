import type { CheckpointPlace } from '../domain/checkpoint.port';

const TIMEOUT_MS = 10_000;

/** Takes each checkpoint as the body of a POST; an answer of 200 to 299 confirms it. It may get one twice. */
export class CheckpointWebhook implements CheckpointPlace {
  readonly kind = 'webhook';

  /** @param name the URL, which may hold a secret: no error or log repeats it */
  constructor(readonly name: string) {}

  async put(note: string): Promise<void> {
    const response = await fetch(this.name, {
      method: 'POST',
      headers: { 'content-type': 'text/plain; charset=utf-8' },
      body: note,
      // Whoever may redirect it could keep checkpoints from where they belong.
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch((error: unknown) => {
      const { cause, name } = error as Error & { cause?: { code?: string } };
      throw new Error(`the webhook does not answer (${cause?.code ?? name})`);
    });
    await response.body?.cancel();
    if (!response.ok) throw new Error(`the webhook answered with status ${response.status}`);
  }
}
