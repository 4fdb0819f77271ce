import { adviceFor } from '@strongroom/rotation-functions/required-fields';
import type { FoundSecret } from '../domain/secret-reader.port';
import type { Dependencies } from './dependencies';
import type { Call, Located } from './secret-access';
import { keyScope } from './write-scope';

/**
 * Which built-in functions fit a secret, by the field `engine` of its value. '' if the value does not say, or if the caller could
 * not read it: then nothing of it is told.
 */
export async function functionAdvice(d: Dependencies, call: Call, located: Located, found: FoundSecret): Promise<string> {
  const { secret, version } = found;
  const sealed = version?.sealed;
  if (!sealed || !d.access.mayRead(call, located)) return '';
  // Without the key, the answer is the same, only without advice.
  const value = await d.values.open(secret, { ...version, sealed }, keyScope(call, secret.accountId)).catch(() => undefined);
  const engine = value?.kind === 'string' ? engineIn(value.text) : undefined;
  return engine === undefined ? '' : `The field "engine" decides which function fits. ${adviceFor(engine)}`;
}

const engineIn = (text: string): string | undefined => {
  try {
    const { engine } = JSON.parse(text) as { engine?: unknown };
    return typeof engine === 'string' ? engine : undefined;
  } catch {
    // The value is a text of another kind, or null.
    return undefined;
  }
};
